/** Hand a file to the browser for saving; returns its name. */
export function save({ name, bytes }: { name: string; bytes: Blob }): string {
  const address = URL.createObjectURL(bytes);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
  return name;
}
