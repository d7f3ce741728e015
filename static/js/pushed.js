// In the script between browser and network (importScripts): shows what was pushed, and opens its page when it is pressed.
self.addEventListener("push", (event) => {
  let said = {};
  try { said = event.data.json(); } catch { /* what cannot be read is told as something new */ }
  event.waitUntil(self.registration.showNotification(said.title || "Bạn có thông báo mới", { body: said.body || "", tag: "notices", renotify: true, data: said.url || "/" }));
});
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil((async () => {
    const address = new URL(event.notification.data, self.location.origin).href;
    const open = (await self.clients.matchAll({ type: "window" })).find((one) => one.url === address);
    return open ? open.focus() : self.clients.openWindow(address);
  })());
});
