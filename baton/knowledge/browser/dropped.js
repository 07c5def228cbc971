// @ts-check
/** Files out of what was dropped on the page, folders included. */

/**
 * @param {DataTransfer} transfer
 * @returns {Promise<{file: File, name: string}[]>}
 */
export async function droppedFiles(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry()).filter((entry) => entry !== null);
  if (!entries.length) return chosenFiles(transfer.files);
  return (await Promise.all(entries.map((entry) => filesOf(entry, "")))).flat();
}

/** @param {Iterable<File>} files */
export function chosenFiles(files) {
  return [...files].map((file) => ({ file, name: file.webkitRelativePath || file.name }));
}

/**
 * @param {FileSystemEntry} entry
 * @param {string} folder
 * @returns {Promise<{file: File, name: string}[]>}
 */
async function filesOf(entry, folder) {
  if (entry.name.startsWith(".")) return [];
  if (entry instanceof FileSystemFileEntry) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    return [{ file, name: folder + entry.name }];
  }
  const inside = await entriesOf(/** @type {FileSystemDirectoryEntry} */ (entry).createReader());
  return (await Promise.all(inside.map((each) => filesOf(each, `${folder}${entry.name}/`)))).flat();
}

/**
 * A reader hands out a folder in parts, and an empty one at the end.
 * @param {FileSystemDirectoryReader} reader
 * @returns {Promise<FileSystemEntry[]>}
 */
async function entriesOf(reader) {
  const part = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
  return part.length ? [...part, ...(await entriesOf(reader))] : [];
}
