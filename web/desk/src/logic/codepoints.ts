/**
 * The API counts characters in code points, the browser in UTF-16 units. These functions go from one to the other.
 */

/** UTF-16 offset of the code point numbered `position`; the end of the text when there are fewer. */
export function toUnits(text: string, position: number): number {
  let units = 0;
  let points = 0;
  for (const character of text) {
    if (points >= position) break;
    units += character.length;
    points += 1;
  }
  return units;
}

/** How many code points stand before the UTF-16 offset `units`. */
export function toPoints(text: string, units: number): number {
  let points = 0;
  let seen = 0;
  for (const character of text) {
    if (seen >= units) break;
    seen += character.length;
    points += 1;
  }
  return points;
}
