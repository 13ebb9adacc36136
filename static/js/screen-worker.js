// Keeps the last answer to everything that a screen asks for, so that one which is switched on
// without a network still shows what it knew. Its scope are the screens alone.

const STORE = "screens";
const MOST = 120;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// What a page had loaded before this worker was there.
self.addEventListener("message", (event) => {
  event.waitUntil(Promise.allSettled(event.data.map((address) => freshAndKept(new Request(address)))));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  event.respondWith(freshAndKept(request).catch(() => kept(request)));
});

async function freshAndKept(request) {
  const response = await fetch(request);
  const mayBeKept = !response.headers.get("Cache-Control")?.includes("no-store");
  if (response.ok && mayBeKept) await keep(request, response.clone());
  return response;
}

async function keep(request, response) {
  const headers = new Headers(response.headers);
  headers.set("X-Kept-At", String(Date.now()));
  // One answer to each address, whoever asks; a new one takes the place of the old at the end.
  headers.delete("Vary");
  const store = await caches.open(STORE);
  await store.put(request, new Response(await response.blob(), { status: response.status, headers }));
  const held = await store.keys();
  await Promise.all(held.slice(0, Math.max(0, held.length - MOST)).map((old) => store.delete(old)));
}

async function kept(request) {
  const store = await caches.open(STORE);
  return (await store.match(request, { ignoreVary: true })) ?? Response.error();
}
