import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { isAudience } from './audiences.ts';

const own = ['https://kbgap.example:8443', 'http://10.0.0.1:8080'];

const cases: readonly [audience: string, isOurs: boolean][] = [
  ['https://api.securitycenter.microsoft.com', true],
  ['https://api.securitycenter.microsoft.com/', true],
  ['HTTPS://API.SecurityCenter.Microsoft.com', true],
  ['https://api.securitycenter.microsoft.com:443', true],
  ['https://api-us.securitycenter.windows.com', true],
  ['https://eu.api.security.microsoft.com', true],
  ['https://securitycenter.onmicrosoft.com/windowsatpservice', true],
  ['fc780465-2017-40d4-a0c5-307022471b92', true],
  ['https://kbgap.example:8443', true],
  ['https://KBGAP.example:8443/', true],
  ['https://kbgap.example:8443/api', true],
  ['http://10.0.0.1:8080', true],
  ['https://kbgap.example', false],
  ['https://kbgap.example:8443/v1', false],
  ['https://user@kbgap.example:8443', false],
  ['https://kbgap.example:8443?x', false],
  ['https://graph.microsoft.com', false],
  ['https://api.securitycenter.microsoft.com.evil.example', false],
  ['http://api.security.microsoft.com.evil.example', false],
  ['', false],
];

describe('audiences', () => {
  for (const [audience, isOurs] of cases)
    it(`${audience === '' ? 'nothing' : audience}: ${isOurs ? 'ours' : "another's"}`, () =>
      assert.equal(isAudience(audience, own), isOurs));
});
