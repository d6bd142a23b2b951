import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** An address that stays while what answers behind it changes, as a virtual address or a proxy of databases does it. */
export class SwitchedPort {
  readonly port: number;
  #target: number;
  readonly #open: Set<Socket>;

  private constructor(port: number, target: number, open: Set<Socket>) {
    this.port = port;
    this.#target = target;
    this.#open = open;
  }

  static async start(test: { after(release: () => void): void }, target: number): Promise<SwitchedPort> {
    const open = new Set<Socket>();
    const server = createServer((socket) => {
      const onward = connect(switched.#target, '127.0.0.1');
      for (const [from, to] of [
        [socket, onward],
        [onward, socket],
      ] as const) {
        open.add(from);
        from.on('error', () => to.destroy());
        from.on('close', () => {
          open.delete(from);
          to.destroy();
        });
        from.pipe(to);
      }
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const switched = new SwitchedPort((server.address() as AddressInfo).port, target, open);
    test.after(() => {
      server.close();
      for (const socket of open) socket.destroy();
    });
    return switched;
  }

  /** From now on whoever comes is led to `target`; who is there is cut off. */
  switchTo(target: number): void {
    this.#target = target;
    for (const socket of this.#open) socket.destroy();
  }
}
