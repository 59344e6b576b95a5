// The lines that push to a uid, ready to paste. A uid may hold quotes, dollar signs, backslashes, spaces and any
// script, so each language quotes it by its own rules.

const shellQuote = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const phpQuote = (text) => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
const phpDoubleQuote = (text) => `"${text.replace(/[\\"$]/g, String.raw`\$&`)}"`;
// A page's parser looks for tags and comments in scripts, too.
const scriptQuote = (text) => JSON.stringify(text).replaceAll('<', String.raw`\x3C`);

/** Where the text port is, for PHP: `textPort` is `{ host, port, tls }` or, for a Unix socket, `{ path }`. */
export const addressOf = ({ host, port, path, tls }) =>
  path === undefined ? `${tls ? 'tls' : 'tcp'}://${host}:${port}` : `unix://${path}`;

// A secret belongs neither on a page nor into the history of a shell: what is shown reads it from the environment.
const secretName = 'PUSHBRIDGE_SECRET';

/**
 * `{ id, title, text }` for each way to push, and last the clients that receive. Of the server: `textPort`; `secret`, whether backends show one;
 * `certificate`, whether they show one of these; `mode`, how clients say who they are (`open`, `token`, `webhook`).
 */
export function pushLines(uid, { mode, ...server }, site) {
  return [...backendLines(uid, server), ...(mode === 'open' ? uidLines(uid, site) : tokenLines(site))];
}

function backendLines(uid, { textPort, secret, certificate }) {
  const address = addressOf(textPort);
  const lines = [shellQuote(JSON.stringify({ uid, percent: '88%' }))];
  if (secret) {
    lines.unshift(`'{"$cmd":"auth","secret":"'"$${secretName}"'"}'`);
  }
  const scriptLine = {
    id: 'php-script',
    title: 'PHP, in your code',
    text: [
      '<?php',
      ...(textPort.tls ? tlsClient(address, certificate) : [`$client = stream_socket_client(${phpQuote(address)}, $errno, $errmsg, 1);`]),
      ...(secret
        ? [
            String.raw`fwrite($client, json_encode(array('$cmd' => 'auth', 'secret' => getenv('${secretName}'))) . "\n");`,
            'echo fgets($client);',
          ]
        : []),
      `$data = array('uid' => ${phpQuote(uid)}, 'percent' => '88%');`,
      String.raw`fwrite($client, json_encode($data) . "\n");`,
      'echo fread($client, 8192);',
    ].join('\n'),
  };
  if (textPort.tls) {
    return [tlsLine(lines, textPort, certificate), scriptLine];
  }
  return [
    {
      id: 'php',
      title: 'PHP, in one paste',
      text: `php -r ${shellQuote(
        `$c = stream_socket_client(${phpDoubleQuote(address)}, $errno, $errmsg, 1) or exit(1); ` +
          (secret
            ? String.raw`fwrite($c, json_encode(["\$cmd" => "auth", "secret" => getenv("${secretName}")]) . "\n"); echo fgets($c); `
            : '') +
          'fwrite($c, json_encode(["uid" => $argv[1], "percent" => "88%"]) . "\\n"); ' +
          'echo fgets($c);',
      )} -- ${shellQuote(uid)}`,
    },
    ...shellLines(lines, textPort),
    scriptLine,
  ];
}

/** A certificate is for a name, and signed by somebody: what is written here in capitals, only you know. */
function tlsClient(address, certificate) {
  const own = certificate ? ", 'local_cert' => 'CLIENT.pem', 'local_pk' => 'CLIENT.key'" : '';
  return [
    `$tls = array('ssl' => array('cafile' => 'AUTHORITY.pem', 'peer_name' => 'NAME'${own}));`,
    `$client = stream_socket_client(${phpQuote(address)}, $errno, $errmsg, 1, STREAM_CLIENT_CONNECT, stream_context_create($tls));`,
  ];
}

function tlsLine(lines, { host, port }, certificate) {
  const own = certificate ? ' -cert CLIENT.pem -key CLIENT.key' : '';
  return {
    id: 'openssl',
    title: 'Shell',
    text: String.raw`printf '%s\n' ${lines.join(' ')} | timeout 2 openssl s_client -quiet -connect ${host}:${port}${own}`,
  };
}

function shellLines(lines, { host, port, path }) {
  const words = lines.join(' ');
  const nc = (where) => ({ id: 'nc', title: 'Shell', text: String.raw`printf '%s\n' ${words} | nc -w1 ${where}` });
  if (path !== undefined) {
    // bash alone has no Unix sockets.
    return [nc(`-U ${shellQuote(path)}`)];
  }
  const bareHost = host.replace(/^\[|\]$/g, '');
  return [
    nc(`${bareHost} ${port}`),
    {
      id: 'bash',
      title: 'Shell without nc: bash alone',
      text:
        `bash -c 'exec 3<>/dev/tcp/${bareHost}/${port} && ` +
        String.raw`printf "%s\n" "$@" >&3 && head -n${lines.length} <&3' push ${words}`,
    },
  ];
}

/** For a client that is whoever it says it is. */
const uidLines = (uid, site) => clientLines(site, '', `{ uid: ${scriptQuote(uid)} }`, `function () { ws.send(${scriptQuote(uid)}); }`);

/** For a client that shows what your application has given to it. */
const tokenLines = (site) =>
  clientLines(
    site,
    ': your application answers /push-token with a token',
    "{ token: async () => (await fetch('/push-token')).text() }",
    "async function () { ws.send(await (await fetch('/push-token')).text()); }",
  );

function clientLines(site, note, who, sayWho) {
  return [
    {
      id: 'client',
      title: `And in your page, to receive it${note}`,
      text: [
        `<script src="${site}/pushbridge.js"></script>`,
        '<script>',
        `  const push = new PushBridge('${site}', ${who});`,
        "  push.on('message', (payload, text) => alert(text));",
        '</script>',
      ].join('\n'),
    },
    {
      id: 'socket',
      title: 'Or by a bare WebSocket, which does not come back by itself',
      text: [
        `var ws = new WebSocket('${site.replace('http', 'ws')}');`,
        `ws.onopen = ${sayWho};`,
        'ws.onmessage = function (e) { alert(e.data); };',
      ].join('\n'),
    },
  ];
}
