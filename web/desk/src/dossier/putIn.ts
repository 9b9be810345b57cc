/** Put in one after another, as the order of them matters; returns why some were left out. */
export async function putIn(
  records: readonly number[],
  put: (record: number) => Promise<unknown>,
): Promise<readonly unknown[]> {
  const left: unknown[] = [];
  for (const record of records) {
    try {
      await put(record);
    } catch (error) {
      left.push(error);
    }
  }
  return left;
}
