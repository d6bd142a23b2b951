import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { Architecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { Sample } from './samples.ts';

const osInfo = 'os_info';
/** `cs_hostname` until 0.30, `os_hostname` since. */
const hostNames: ReadonlySet<string> = new Set(['cs_hostname', 'os_hostname']);
/** The collector of pending updates, which was renamed twice. */
const pendingUpdates: ReadonlySet<string> = new Set(['update_pending_info', 'updates_pending_info', 'updates_pending']);
/** The device's own clock. */
const clocks: ReadonlySet<string> = new Set(['os_time', 'time_current_timestamp_seconds']);
const processor = 'cpu_info';
const exporter = 'exporter_build_info';

/** Metrics that tell something of a device's patch state. */
export function isTelling(metric: string): boolean {
  return (
    metric === osInfo ||
    metric === processor ||
    metric === exporter ||
    hostNames.has(metric) ||
    pendingUpdates.has(metric) ||
    clocks.has(metric)
  );
}

/** The samples of one host. */
export interface ExporterHost {
  /** `srv01:9182`; `undefined` in a scrape of one host. */
  readonly instance: string | undefined;
  readonly samples: Sample[];
}

/**
 * Samples by host. Those of Prometheus name their `instance`; scrapes of several hosts in one file don't: there a metric
 * that every host has once begins the next host where it comes again.
 */
export function groupByHost(samples: Iterable<Sample>): readonly ExporterHost[] {
  const hosts = new Map<string, ExporterHost>();
  let scrape = 0;
  let seen = new Set<string>();
  for (const given of samples) {
    const sample = given.metric === undefined ? { ...given, metric: osInfo } : given;
    const { metric = '', labels } = sample;
    const instance = labels.get('instance');
    if (instance === undefined && (metric === osInfo || hostNames.has(metric) || clocks.has(metric))) {
      if (seen.has(metric)) {
        scrape += 1;
        seen = new Set();
      }
      seen.add(metric);
    }
    const key = instance === undefined ? `scrape ${scrape}` : `instance ${instance}`;
    const host = hosts.get(key) ?? { instance, samples: [] };
    hosts.set(key, host);
    if (isTelling(metric)) host.samples.push(sample);
  }
  return [...hosts.values()];
}

/** `undefined` where no sample names the system. Contradictions are noted. */
export function readHost({ instance, samples }: ExporterHost, note: (why: string) => void): Inventory | undefined {
  const infos = samples.filter(({ metric }) => metric === osInfo);
  const info = newest(infos);
  if (info === undefined) return undefined;
  const address = /^(\d{1,3}(?:\.\d{1,3}){3})(?::\d+)?$/.exec(instance ?? '')?.[1];
  const name = nameOf(samples, info) ?? (address === undefined ? nameOfInstance(instance) : undefined);
  const { build, doubt } = agreedBuild(infos.map((each) => ({ build: buildOf(each), at: parseInstant(each.at) })));
  if (doubt !== undefined) note(`${name ?? instance ?? 'a host'}: ${doubt}`);
  return {
    ...emptyInventory,
    observedAt: parseInstant(info.at) ?? parseInstant(samples.find(({ metric }) => clocks.has(metric ?? ''))?.value),
    device: {
      ...emptyInventory.device,
      name,
      // An address is one device's in its own network only: it names one where nothing else does.
      sourceId: instance === undefined || name !== undefined || isOwn(instance) ? undefined : `prometheus:${instance}`,
      ipAddresses: address === undefined ? [] : [address],
    },
    os: readOs(info, build, samples),
    opinions: inVerdictOrder(
      samples
        .filter(({ metric }) => pendingUpdates.has(metric ?? ''))
        .flatMap(({ labels }) => {
          const title = labelOf(labels, 'title');
          const kbs = kbsNamedIn(title ?? '');
          return kbs.map((kb) => ({ source: 'windows-update-agent', kb, verdict: 'missing', title }) as const);
        }),
    ),
  };
}

/** `revision` is the UBR, 0 where the registry has none; versions before 0.20 lack it. */
function buildOf({ labels }: Sample): AgreedBuild['build'] {
  const build = parseBuild(labelOf(labels, 'version')) ?? parseBuild(labelOf(labels, 'build_number'));
  return build && { ...build, ubr: build.ubr ?? parseUbr(labelOf(labels, 'revision')) };
}

function readOs({ labels }: Sample, build: AgreedBuild['build'], samples: readonly Sample[]): Inventory['os'] {
  const name = labelOf(labels, 'product');
  const type = labelOf(labels, 'installation_type') ?? labelOf(labels, 'type');
  return {
    ...emptyInventory.os,
    name,
    build,
    architecture: architectureOf(samples),
    installationType: (type === undefined ? undefined : parseInstallationType(type)) ?? installationTypeOfName(name),
  };
}

/** Numbers of Win32_Processor.Architecture, "processor architecture used by the platform". */
const architectures: Readonly<Record<string, Architecture>> = { 0: 'x86', 6: 'ia64', 9: 'x64', 12: 'arm64' };

/** By the processor; an exporter built for ARM runs nowhere else, one for x64 does. */
function architectureOf(samples: readonly Sample[]): Architecture | undefined {
  const labelled = (metric: string, name: string): readonly string[] =>
    samples.filter((sample) => sample.metric === metric).flatMap(({ labels }) => labels.get(name) ?? []);
  const [number = ''] = labelled(processor, 'architecture');
  if (Object.hasOwn(architectures, number)) return architectures[number];
  return labelled(exporter, 'goarch').includes('arm64') ? 'arm64' : undefined;
}

/** The full name, `srv01.contoso.com`, where the host is in a domain. */
function nameOf(samples: readonly Sample[], info: Sample): string | undefined {
  const named = newest(samples.filter(({ metric }) => hostNames.has(metric ?? ''))) ?? info;
  return labelOf(named.labels, 'fqdn') ?? labelOf(named.labels, 'hostname');
}

function nameOfInstance(instance: string | undefined): string | undefined {
  const host = instance?.replace(/^https?:\/\//, '').replace(/[:/].*$/, '');
  return host === undefined || host === '' || isOwn(host) || instance?.startsWith('[') === true ? undefined : host;
}

function newest(samples: readonly Sample[]): Sample | undefined {
  return samples.reduce<Sample | undefined>(
    (best, sample) => (best === undefined || (sample.at ?? 0) > (best.at ?? 0) ? sample : best),
    undefined,
  );
}

function labelOf(labels: ReadonlyMap<string, string>, name: string): string | undefined {
  const text = labels.get(name)?.trim() ?? '';
  return text === '' ? undefined : text;
}

/** The machine that asks itself. */
function isOwn(instance: string): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)(?::\d+)?$/i.test(instance);
}
