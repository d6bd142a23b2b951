// What a file may take before it is refused by name: so that nobody's file fills the memory or stops the machine.

/** The largest real document has 11 MB. */
export const largestDocumentBytes = 64 * 1024 * 1024;
/** A file on disk, archives too: all documents as published have 16 MB. */
export const largestFileBytes = 256 * 1024 * 1024;
/** All documents of an archive together, unpacked: today's have 366 MB. */
export const largestArchiveContent = 4 * 1024 * 1024 * 1024;
export const largestArchiveEntries = 5000;
/** All feeds of an archive together, unpacked: one of EPSS has some 12 MB, a thousand of CSAF 100. */
export const largestFeedArchiveContent = 1024 * 1024 * 1024;
