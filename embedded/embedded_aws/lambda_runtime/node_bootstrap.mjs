// Load a handler and answer invocations inside a Lambda child, as AWS's Node.js runtime does.
//
// Started as `node node_bootstrap.mjs <requests fd> <responses fd> <folder with the AWS SDK>` with
// the task's root as working directory. The messages are those of bootstrap.py. Behaviour follows
// AWS's published runtime interface client (aws/aws-lambda-nodejs-runtime-interface-client).

import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { createRequire, registerHooks, syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import util from "node:util";

const [requestsFd, responsesFd] = process.argv.slice(2, 4).map(Number);
const sdkFolder = process.argv[4];
const root = process.cwd();
const major = Number(/nodejs(\d+)/.exec(process.env.AWS_EXECUTION_ENV ?? "")?.[1] ?? 0);
let requestId = "";

// --- messages ------------------------------------------------------------------------------

function readExactly(size) {
  const buffer = Buffer.alloc(size);
  let filled = 0;
  while (filled < size) {
    // Blocking on purpose: between invocations an execution environment is frozen.
    const count = fs.readSync(requestsFd, buffer, filled, size - filled, null);
    if (count === 0) return null; // the service has closed the pipe
    filled += count;
  }
  return buffer;
}

function readPart() {
  const size = readExactly(4);
  return size === null ? null : readExactly(size.readUInt32BE(0));
}

function receive() {
  const header = readPart();
  const payload = header === null ? null : readPart();
  return payload === null ? null : { header: JSON.parse(header), payload: payload.toString() };
}

function writeAll(buffer) {
  for (let sent = 0; sent < buffer.length; ) sent += fs.writeSync(responsesFd, buffer, sent);
}

function send(kind, payload = "") {
  for (const text of [JSON.stringify({ kind }), payload]) {
    const part = Buffer.from(text);
    const size = Buffer.alloc(4);
    size.writeUInt32BE(part.length, 0);
    writeAll(Buffer.concat([size, part]));
  }
}

// Mark the end of an invocation's output, so that the service knows that it is complete.
function endLog(id) {
  fs.writeSync(1, `\0end ${id}\n`);
}

// --- logs ----------------------------------------------------------------------------------

const LEVELS = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"];
const inJson = process.env.AWS_LAMBDA_LOG_FORMAT === "JSON";
const least = LEVELS.indexOf(process.env.AWS_LAMBDA_LOG_LEVEL ?? "TRACE");

function textLine(level, values) {
  return `${new Date().toISOString()}\t${requestId}\t${level}\t${util.format(...values)}`;
}

function jsonLine(level, values) {
  const record = { timestamp: new Date().toISOString(), level, requestId };
  const error = values.find((value) => value instanceof Error);
  const plain = values.length === 1 && !error && typeof values[0] !== "string";
  record.message = plain ? values[0] : util.format(...values);
  if (error) {
    record.errorType = error.name;
    record.errorMessage = error.message;
    record.stackTrace = (error.stack ?? "").split("\n").slice(1);
  }
  return JSON.stringify(record);
}

function log(level, values) {
  if (LEVELS.indexOf(level) < least && inJson) return;
  const line = inJson ? jsonLine(level, values) : textLine(level, values);
  fs.writeSync(1, `${line.replace(/\n/g, "\r")}\n`); // one log event for one record
}

for (const [name, level] of Object.entries({
  trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR",
})) {
  console[name] = (...values) => log(level, values);
}

// --- the address of the embedded AWS -------------------------------------------------------

// AWS's endpoints speak TLS, and code that gets a URL from a service calls `https` with its host
// and path only. The embedded AWS speaks plain HTTP at its own port.
const endpoint = new URL(process.env.AWS_ENDPOINT_URL);
const secureRequest = https.request;

function request(...values) {
  const given = typeof values[0] === "string" ? new URL(values[0]) : values[0];
  const host = given?.hostname ?? given?.host?.split(":")[0];
  if (host !== endpoint.hostname) return secureRequest.apply(https, values);
  const callback = values.find((value) => typeof value === "function");
  const extra = values.slice(1).find((value) => value !== null && typeof value === "object");
  const base = given instanceof URL
    ? { path: given.pathname + given.search }
    : { ...given };
  return http.request(
    { ...base, ...extra, agent: undefined, protocol: "http:", hostname: host, host,
      port: endpoint.port },
    callback,
  );
}

https.request = request;
https.get = (...values) => {
  const started = request(...values);
  started.end();
  return started;
};
syncBuiltinESMExports();

// --- modules -------------------------------------------------------------------------------

const IN_SDK = /^(@aws-sdk|@smithy)\//;

function packageName(specifier) {
  return specifier.split("/").slice(0, 2).join("/");
}

let searching = false; // the search itself asks the hook again

function resolveFrom(file, specifier, context, nextResolve) {
  if (!context.conditions?.includes("require")) {
    return nextResolve(specifier, { ...context, parentURL: pathToFileURL(file).href });
  }
  searching = true; // a parent in the context counts for `import` only
  try {
    const found = createRequire(file).resolve(specifier);
    return { url: pathToFileURL(found).href, shortCircuit: true };
  } finally {
    searching = false;
  }
}

// Find what is not beside the function: its layers' packages, then the runtime's AWS SDK. `require`
// knows NODE_PATH, `import` does not.
registerHooks({
  resolve(specifier, context, nextResolve) {
    try {
      return nextResolve(specifier, context);
    } catch (error) {
      if (/^(\.|\/|node:|file:|data:)/.test(specifier)) throw error;
      const folders = (process.env.NODE_PATH ?? "").split(path.delimiter).filter(Boolean);
      if (IN_SDK.test(specifier)) folders.push(path.join(sdkFolder, "node_modules"));
      for (const folder of searching ? [] : folders) {
        try {
          return resolveFrom(path.join(path.dirname(folder), "_.js"), specifier, context, nextResolve);
        } catch {
          // the next folder may have it
        }
      }
      if (specifier.startsWith("@aws-sdk/")) {
        error.message =
          `Cannot find module '${specifier}': the embedded AWS's Node.js runtime has a part of ` +
          `the AWS SDK only, and not ${packageName(specifier)}; put it into the function's ` +
          "package or a layer";
      }
      throw error;
    }
  },
});

class RuntimeInitError extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
    this.stack = "";
  }
}

function isModule(file) {
  if (file.endsWith(".mjs")) return true;
  if (file.endsWith(".cjs")) return false;
  for (let folder = path.dirname(file); folder.startsWith(root); folder = path.dirname(folder)) {
    const description = path.join(folder, "package.json");
    if (fs.existsSync(description)) {
      return JSON.parse(fs.readFileSync(description, "utf8")).type === "module";
    }
  }
  return false;
}

async function loadModule(name) {
  const base = path.resolve(root, name);
  const file = ["", ".js", ".mjs", ".cjs"]
    .map((ending) => base + ending)
    .find((candidate) => fs.existsSync(candidate) && fs.statSync(candidate).isFile());
  if (file === undefined) {
    throw new RuntimeInitError("Runtime.ImportModuleError", `Error: Cannot find module '${name}'`);
  }
  try {
    if (isModule(file)) return await import(pathToFileURL(file).href);
    return createRequire(path.join(root, "_.js"))(file);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeInitError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    }
    if (["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(error?.code)) {
      throw new RuntimeInitError("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
}

async function loadHandler(name) {
  const parts = /^(.*\/)?([^./]*)\.(.+)$/.exec(name);
  if (parts === null) {
    throw new RuntimeInitError("Runtime.MalformedHandlerName", `Bad handler '${name}'`);
  }
  let handler = await loadModule((parts[1] ?? "") + parts[2]);
  for (const step of parts[3].split(".")) handler = handler?.[step] ?? handler?.default?.[step];
  if (handler === undefined) {
    throw new RuntimeInitError("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  }
  if (typeof handler !== "function") {
    throw new RuntimeInitError("Runtime.HandlerNotFound", `${name} is not a function`);
  }
  if (major >= 24 && handler.length >= 3) {
    throw new RuntimeInitError(
      "Runtime.CallbackHandlerDeprecated",
      "AWS Lambda has removed support for callback-based function handlers starting with Node.js " +
        "24. You need to modify this function to use a supported handler signature to use Node.js " +
        "24 or later.",
    );
  }
  return handler;
}

// --- invocations ---------------------------------------------------------------------------

function describeError(error) {
  if (!(error instanceof Error) && !util.types.isNativeError(error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = (error.stack ?? "").replaceAll(root + path.sep, "/var/task/").split("\n");
  return {
    errorType: error.name,
    errorMessage: error.message,
    trace: trace.filter((line) => line && !line.includes("node_bootstrap.mjs")),
  };
}

function logError(title, described) {
  const line = `${new Date().toISOString()}\t${requestId}\tERROR\t${title}\t`;
  fs.writeSync(1, `${line}${JSON.stringify(described)}\n`);
}

let inProgress = false;
let whenIdle = null; // what the end of the event loop means for the invocation

function finish(kind, payload) {
  if (!inProgress) return;
  inProgress = false;
  whenIdle = null;
  endLog(requestId);
  send(kind, payload);
}

function fail(error, kind = "error") {
  const described = describeError(error);
  logError("Invoke Error", described);
  finish(kind, JSON.stringify(described));
}

function succeed(result) {
  let body;
  try {
    body = JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch {
    fail(new RuntimeInitError("Runtime.MarshalError", "Unable to stringify response body"));
    return;
  }
  finish("result", body);
}

function contextOf(header) {
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: header.client_context ?? undefined,
    identity: undefined,
    invokedFunctionArn: header.function_arn,
    awsRequestId: header.request_id,
    getRemainingTimeInMillis: () => Math.max(Math.floor(header.deadline * 1000 - Date.now()), 0),
  };
  return context;
}

function invoke(handler, { header, payload }) {
  requestId = header.request_id;
  process.env._X_AMZN_TRACE_ID = header.trace_id;
  inProgress = true;
  whenIdle = () => succeed(null); // a handler that neither answers nor waits for anything
  const context = contextOf(header);
  const end = (answer) => (value) => {
    answer(value);
    setImmediate(next);
  };
  const callback = (error, result) => {
    if (error !== undefined && error !== null) {
      end(fail)(error);
    } else if (context.callbackWaitsForEmptyEventLoop) {
      whenIdle = () => succeed(result);
    } else {
      end(succeed)(result);
    }
  };
  if (major < 24) {
    context.succeed = end(succeed);
    context.fail = end(fail);
    context.done = (error, result) => (error ? end(fail)(error) : end(succeed)(result));
  }
  try {
    const event = JSON.parse(payload || "null");
    const result = handler(event, context, callback);
    if (typeof result?.then === "function") result.then(end(succeed), end(fail));
  } catch (error) {
    end(fail)(error);
  }
}

let handler = null;

function next() {
  if (inProgress) return;
  const message = receive();
  if (message === null) process.exit(0);
  invoke(handler, message);
}

process.on("beforeExit", () => {
  if (whenIdle === null) return;
  whenIdle();
  setImmediate(next);
});

// The runtime reports what was not caught, and ends: the environment is not used again.
function die(error) {
  fail(error, "fatal");
  process.exit(129);
}

process.on("uncaughtException", die);
process.on("unhandledRejection", (reason) => {
  const error = reason instanceof Error ? reason : new Error(String(reason));
  const described = describeError(error);
  described.errorType = "Runtime.UnhandledPromiseRejection";
  described.errorMessage = String(reason);
  logError("Unhandled Promise Rejection", described);
  finish("fatal", JSON.stringify(described));
  process.exit(128);
});

try {
  handler = await loadHandler(process.env._HANDLER);
} catch (error) {
  const described = describeError(error);
  logError("Uncaught Exception", described);
  endLog("");
  send("init_error", JSON.stringify(described));
  process.exit(1);
}
send("ready");
next();
