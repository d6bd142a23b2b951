import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** A port of loopback that leads to another one, which may change: as an address that moves from one machine to another. */
export class Forwarder {
  readonly port: number;
  #target: number;
  readonly #open: ReadonlySet<Socket>;

  private constructor(port: number, target: number, open: ReadonlySet<Socket>) {
    this.port = port;
    this.#target = target;
    this.#open = open;
  }

  static async start(test: { after(release: () => void): void }, target: number): Promise<Forwarder> {
    const open = new Set<Socket>();
    const server = createServer((client) => {
      const onward = connect(forwarder.#target, '127.0.0.1');
      for (const [from, to] of [
        [client, onward],
        [onward, client],
      ] as const) {
        open.add(from);
        from.on('error', () => to.destroy()).on('close', () => (open.delete(from), to.destroy()));
        from.pipe(to);
      }
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const forwarder = new Forwarder((server.address() as AddressInfo).port, target, open);
    test.after(() => {
      server.close();
      forwarder.#cut();
    });
    return forwarder;
  }

  /** What was open is cut. */
  leadTo(target: number): void {
    this.#target = target;
    this.#cut();
  }

  #cut(): void {
    for (const socket of this.#open) socket.destroy();
  }
}
