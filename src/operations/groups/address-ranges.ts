import { BlockList, isIP } from 'node:net';

/** `10.1.2.3`, `10.1.0.0/16`, `10.1.0.10-10.1.0.90`, the same of IPv6. */
export class AddressRanges {
  readonly #list = new BlockList();

  /** `false` where it is no range. */
  add(text: string): boolean {
    const [first = '', second, ...more] = text.split(/[-/]/).map((part) => part.trim());
    const family = familyOf(first);
    if (family === undefined || more.length > 0) return false;
    try {
      if (second === undefined) this.#list.addAddress(first, family);
      else if (text.includes('/')) {
        if (!/^\d{1,3}$/.test(second)) return false;
        this.#list.addSubnet(first, Number(second), family);
      } else if (familyOf(second) === family) this.#list.addRange(first, second, family);
      else return false;
      return true;
    } catch {
      // A prefix of 33 bits, or a range that ends before it begins.
      return false;
    }
  }

  has(address: string): boolean {
    // `fe80::1%12`: the zone is the device's own affair.
    const [plain = ''] = address.trim().split('%');
    const family = familyOf(plain);
    return family !== undefined && this.#list.check(plain, family);
  }
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
