import { Anchor } from '@mantine/core';
import { IconFile, IconFileUnknown, IconMicrophoneOff, IconPhotoOff, IconVideoOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { mediaAddress } from '~/api/queries';
import type { Line, MediaLine } from '~/api/types';
import { useDesk } from '~/app/session';
import { byteSize } from '~/logic/size';
import { Lightbox } from '~/parts/Lightbox';
import { Moment } from '~/parts/Moment';
import { PartyName } from '~/parts/PartyName';
import { Waveform } from '~/parts/Waveform';

import style from './Attachment.module.css';

/** Room kept for a picture whose size nobody gave, in pixels. */
const UNKNOWN = { width: 320, height: 240 };
const WIDEST = 360;
const HIGHEST = 300;

/** What a message carries beside its text. */
export function Attachment({ line, media }: { line: Line; media: MediaLine }) {
  const { client } = useDesk();
  const url = mediaAddress(client, media, line.number);
  if (url === null) return <Absent media={media} />;
  if (media.mime.startsWith('image/')) return <Picture line={line} media={media} url={url} />;
  if (media.mime.startsWith('audio/'))
    return <Waveform url={url} loudness={media.waveform} duration={media.duration} />;
  if (media.mime.startsWith('video/')) return <Film media={media} url={url} />;
  return <FileLink media={media} url={url} />;
}

function Film({ media, url }: { media: MediaLine; url: string }) {
  const { t } = useTranslation();
  return (
    <video
      className={style.film}
      src={url}
      controls
      preload="none"
      width={media.width ?? undefined}
      height={media.height ?? undefined}
      aria-label={media.name || t('media.unnamed')}
    />
  );
}

function Picture({ line, media, url }: { line: Line; media: MediaLine; url: string }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const [failed, setFailed] = useState(false);
  const size = media.width && media.height ? { width: media.width, height: media.height } : UNKNOWN;
  const scale = Math.min(1, WIDEST / size.width, HIGHEST / size.height);
  const alt = t('media.picture', { name: media.name || media.mime, sender: line.sender.name || line.sender.account });
  if (failed) return <FileLink media={media} url={url} />;
  return (
    <>
      <button
        type="button"
        className={style.picture}
        data-opens
        aria-label={t('media.enlarge', { alt })}
        onClick={() => setOpen(true)}
      >
        <img
          src={url}
          alt={alt}
          loading="lazy"
          decoding="async"
          width={Math.round(size.width * scale)}
          height={Math.round(size.height * scale)}
          onError={() => setFailed(true)}
        />
      </button>
      {open && (
        <Lightbox
          url={url}
          alt={alt}
          onClose={() => setOpen(false)}
          caption={
            <>
              <PartyName party={line.sender} />
              <Moment moment={line.time} />
              <span>{media.name}</span>
            </>
          }
        />
      )}
    </>
  );
}

function FileLink({ media, url }: { media: MediaLine; url: string }) {
  const { t } = useTranslation();
  return (
    <Anchor className={style.file} data-opens href={url} download={media.name || true} underline="never">
      <IconFile size={20} stroke={1.5} aria-hidden />
      <span>
        <bdi className={style.name}>{media.name || t('media.unnamed')}</bdi>
        <Facts media={media} />
      </span>
    </Anchor>
  );
}

const MISSING = [
  ['image/', IconPhotoOff],
  ['audio/', IconMicrophoneOff],
  ['video/', IconVideoOff],
] as const;

/** A visible place for bytes that are not held, and why. */
function Absent({ media }: { media: MediaLine }) {
  const { t } = useTranslation();
  const Icon = MISSING.find(([prefix]) => media.mime.startsWith(prefix))?.[1] ?? IconFileUnknown;
  const reason = {
    missing: t('media.missing'),
    bad_digest: t('media.badDigest'),
    malformed: t('media.malformed'),
  }[media.state];
  return (
    <div className={style.file} data-absent data-broken={media.state === 'bad_digest'}>
      <Icon size={20} stroke={1.5} aria-hidden />
      <span>
        <bdi className={style.name}>{media.name || t('media.unnamed')}</bdi>
        <Facts media={media} />
        <span className={style.reason}>{reason ?? media.state}</span>
      </span>
    </div>
  );
}

function Facts({ media }: { media: MediaLine }) {
  const { i18n } = useTranslation();
  const facts = [media.mime, media.size === null ? '' : byteSize(media.size, i18n.language)].filter(Boolean);
  return <span className={style.facts}>{facts.join(' · ')}</span>;
}
