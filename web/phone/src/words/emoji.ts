/** Names of the 64 emoji that keys are compared by (client-server API, "SAS method: emoji"), read out loud over a call. */

const NAMES = `
🐶 Dog|Chien|Hond
🐱 Cat|Chat|Kat
🦁 Lion|Lion|Leeuw
🐎 Horse|Cheval|Paard
🦄 Unicorn|Licorne|Eenhoorn
🐷 Pig|Cochon|Varken
🐘 Elephant|Éléphant|Olifant
🐰 Rabbit|Lapin|Konijn
🐼 Panda|Panda|Panda
🐓 Rooster|Coq|Haan
🐧 Penguin|Manchot|Pinguïn
🐢 Turtle|Tortue|Schildpad
🐟 Fish|Poisson|Vis
🐙 Octopus|Pieuvre|Octopus
🦋 Butterfly|Papillon|Vlinder
🌷 Flower|Fleur|Bloem
🌳 Tree|Arbre|Boom
🌵 Cactus|Cactus|Cactus
🍄 Mushroom|Champignon|Paddenstoel
🌏 Globe|Globe|Wereldbol
🌙 Moon|Lune|Maan
☁️ Cloud|Nuage|Wolk
🔥 Fire|Feu|Vuur
🍌 Banana|Banane|Banaan
🍎 Apple|Pomme|Appel
🍓 Strawberry|Fraise|Aardbei
🌽 Corn|Maïs|Maïs
🍕 Pizza|Pizza|Pizza
🎂 Cake|Gâteau|Taart
❤️ Heart|Cœur|Hart
😀 Smiley|Sourire|Lachebekje
🤖 Robot|Robot|Robot
🎩 Hat|Chapeau|Hoed
👓 Glasses|Lunettes|Bril
🔧 Spanner|Clé à molette|Moersleutel
🎅 Santa|Père Noël|Kerstman
👍 Thumbs Up|Pouce en l’air|Duim omhoog
☂️ Umbrella|Parapluie|Paraplu
⌛ Hourglass|Sablier|Zandloper
⏰ Clock|Réveil|Wekker
🎁 Gift|Cadeau|Geschenk
💡 Light Bulb|Ampoule|Gloeilamp
📕 Book|Livre|Boek
✏️ Pencil|Crayon|Potlood
📎 Paperclip|Trombone|Paperclip
✂️ Scissors|Ciseaux|Schaar
🔒 Lock|Cadenas|Slot
🔑 Key|Clé|Sleutel
🔨 Hammer|Marteau|Hamer
☎️ Telephone|Téléphone|Telefoon
🏁 Flag|Drapeau|Vlag
🚂 Train|Train|Trein
🚲 Bicycle|Vélo|Fiets
✈️ Aeroplane|Avion|Vliegtuig
🚀 Rocket|Fusée|Raket
🏆 Trophy|Trophée|Trofee
⚽ Ball|Ballon|Bal
🎸 Guitar|Guitare|Gitaar
🎺 Trumpet|Trompette|Trompet
🔔 Bell|Cloche|Bel
⚓ Anchor|Ancre|Anker
🎧 Headphones|Casque|Koptelefoon
📁 Folder|Dossier|Map
📌 Pin|Punaise|Speld
`;

/** The signs that people react with most; the first names of each are as above. */
const USUAL = `
👍 Thumbs Up|Pouce en l’air|Duim omhoog
❤️ Heart|Cœur|Hart
😂 Tears of joy|Larmes de joie|Tranen van het lachen
😮 Surprise|Surprise|Verbazing
😢 Sadness|Tristesse|Verdriet
🙏 Thanks|Merci|Dank
`;

const LANGUAGES = ['en', 'fr', 'nl'];

/** Some devices write a variation selector behind a sign, some do not. */
const bare = (sign: string): string => sign.replaceAll('\u{fe0f}', '');

type Named = ReadonlyMap<string, readonly string[]>;

const named = (list: string, spelled: (sign: string) => string): Named =>
  new Map(
    list
      .trim()
      .split('\n')
      .map((line): [string, string[]] => {
        const space = line.indexOf(' ');
        return [spelled(line.slice(0, space)), line.slice(space + 1).split('|')];
      }),
  );

export const EMOJI = named(NAMES, bare);

/** As they are sent: with the variation selector that makes some of them colourful. */
export const QUICK = named(USUAL, (sign) => sign);
export const MORE = named(NAMES, (sign) => sign);

/** The name of an emoji in a language; what it is called otherwise where it has none here. */
export const emojiName = (sign: string, otherwise: string, language: string): string =>
  (EMOJI.get(bare(sign)) ?? QUICK.get(sign))?.[LANGUAGES.indexOf(language)] ?? otherwise;
