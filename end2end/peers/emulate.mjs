// Google's or Microsoft's sign-in by a stand-in that others wrote (npm emulate). One
// argument, JSON: { service, seed }. Prints one line with its address when it listens, and
// ends with its standard input.
import net from 'node:net';
import { createEmulator } from 'emulate';

const { service, seed } = JSON.parse(process.argv[2]);

const port = await new Promise((resolve) => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const free = probe.address().port;
    probe.close(() => resolve(free));
  });
});
// It would listen to the whole network.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenHere(options, ...rest) {
  const host = '127.0.0.1';
  const here = typeof options === 'number' ? { port: options, host } : { ...options, host };
  return listen.call(this, here, ...rest.filter((argument) => typeof argument === 'function'));
};
const baseUrl = `http://127.0.0.1:${port}`;
const emulator = await createEmulator({ service, port, baseUrl, seed: { [service]: seed } });
// It is made before it listens.
for (let listens = false; !listens; ) {
  listens = await fetch(emulator.url).then(
    () => true,
    () => new Promise((resolve) => setTimeout(() => resolve(false), 20)),
  );
}
process.stdout.write(`${JSON.stringify({ address: emulator.url })}\n`);
process.stdin.on('end', () => process.exit(0)).resume();
