import { checkDatabase } from '../store/sqlite/copy-database.ts';
import { answerFromThread } from './run-in-thread.ts';

// Every page of a store on a thread of its own: gigabytes are read, and others wait for the server.
await answerFromThread(async ({ file }: { readonly file: string }) => checkDatabase(file));
