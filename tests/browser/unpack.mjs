// Unpacks the browser that the package carries, its libraries and its fonts, beside the package.
// The package itself does so only where it takes its surroundings for AWS Lambda.
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";
import tar from "tar-fs";

const packed = new URL("node_modules/@sparticuz/chromium/bin/", import.meta.url);
const target = new URL("node_modules/.chromium/", import.meta.url);

const unpack = (name, sink) =>
  pipeline(createReadStream(new URL(name, packed)), createBrotliDecompress(), sink);

await mkdir(target, { recursive: true });
await unpack("chromium.br", createWriteStream(new URL("chromium", target), { mode: 0o755 }));
for (const name of ["al2023.tar.br", "fonts.tar.br"]) {
  await unpack(name, tar.extract(target.pathname));
}
// The package's own list of folders holds AWS Lambda's.
await writeFile(
  new URL("fonts.conf", target),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${target.pathname}fonts</dir>
  <cachedir>${target.pathname}fonts-cache</cachedir>
</fontconfig>
`,
);
