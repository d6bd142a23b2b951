/** Shows how far work is: in place of the last line on a terminal. */
export type ShowProgress = (text: string) => void;

const redrawMs = 100;

/**
 * Runs `work` with a line of progress on stderr where that is a terminal and `isWanted`; else it only runs. What is written to
 * stderr meanwhile comes below the line when the work is done. `ended` words the line that stays.
 */
export async function withProgress<Result>(
  {
    title,
    isWanted,
    ended,
  }: { readonly title: string; readonly isWanted: boolean; readonly ended: (result: Result) => string },
  work: (show: ShowProgress) => Promise<Result>,
): Promise<Result> {
  if (!isWanted || !process.stderr.isTTY) return work(() => undefined);
  const { DefaultRenderer, Listr, ListrLogger, ProcessOutput } = await import('listr2');
  // stdout is for results, and may well be a file.
  class RendererOnStderr extends DefaultRenderer {
    static override readonly nonTTY: boolean = true;
  }
  const logger = new ListrLogger({ processOutput: new ProcessOutput(process.stderr, process.stderr) });
  const context: { result?: { readonly value: Result } } = {};
  const tasks = new Listr<typeof context, typeof RendererOnStderr>(
    [
      {
        title,
        task: async (ctx, task) => {
          let shownAt = -Infinity;
          const value = await work((text) => {
            // Every title is drawn, and work may be far faster than eyes.
            if (performance.now() - shownAt < redrawMs) return;
            shownAt = performance.now();
            task.title = `${title} ${text}`;
          });
          ctx.result = { value };
          task.title = ended(value);
        },
      },
    ],
    { renderer: RendererOnStderr, rendererOptions: { logger, collapseSubtasks: true } },
  );
  await tasks.run(context);
  if (context.result === undefined) throw new Error(`${title}: ended without a result`);
  return context.result.value;
}

/** `[######..................]` */
export function progressBar(share: number): string {
  const width = 24;
  const full = Math.round(Math.min(Math.max(share, 0), 1) * width);
  return `[${'#'.repeat(full)}${'.'.repeat(width - full)}]`;
}
