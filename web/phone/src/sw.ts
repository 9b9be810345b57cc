/**
 * Keeps the phone's own files, and nothing else: no answer of the network is ever cached.
 *
 * The build writes the version and the list of files into this file (vite.config.ts).
 */
const worker = self as unknown as ServiceWorkerGlobalScope;

const CACHE = 'phone-__VERSION__';
const FILES = '__FILES__' as unknown as readonly string[];
const BASE = '/phone/';

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((name) => new Request(BASE + name, { cache: 'no-cache' })))),
  );
});

worker.addEventListener('activate', (event) => {
  const old = caches
    .keys()
    .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => worker.clients.claim()));
});

worker.addEventListener('message', ({ data }) => {
  if (data === 'take over') void worker.skipWaiting();
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin || !pathname.startsWith(BASE)) return;
  const name = request.mode === 'navigate' ? 'index.html' : pathname.slice(BASE.length);
  if (!FILES.includes(name)) return;
  event.respondWith(caches.match(BASE + name, { cacheName: CACHE }).then((kept) => kept ?? fetch(request)));
});
