// The lines that push to a uid, ready to paste. A uid may hold quotes, dollar signs, backslashes, spaces and any
// script, so each language quotes it by its own rules.

const shellQuote = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const phpQuote = (text) => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
const phpDoubleQuote = (text) => `"${text.replace(/[\\"$]/g, String.raw`\$&`)}"`;
// A page's parser looks for tags and comments in scripts, too.
const scriptQuote = (text) => JSON.stringify(text).replaceAll('<', String.raw`\x3C`);

/** Where the text port is, for PHP: `textPort` is `{ host, port }` or, for a Unix socket, `{ path }`. */
export const addressOf = ({ host, port, path }) => (path === undefined ? `tcp://${host}:${port}` : `unix://${path}`);

/** `{ id, title, text }` for each way to push, and last the clients that receive. */
export function pushLines(uid, textPort, site) {
  return [...backendLines(uid, textPort), ...clientLines(uid, site)];
}

function backendLines(uid, textPort) {
  const address = addressOf(textPort);
  return [
    {
      id: 'php',
      title: 'PHP, in one paste',
      text: `php -r ${shellQuote(
        `$c = stream_socket_client(${phpDoubleQuote(address)}, $errno, $errmsg, 1) or exit(1); ` +
          'fwrite($c, json_encode(["uid" => $argv[1], "percent" => "88%"]) . "\\n"); ' +
          'echo fgets($c);',
      )} -- ${shellQuote(uid)}`,
    },
    ...shellLines(shellQuote(JSON.stringify({ uid, percent: '88%' })), textPort),
    {
      id: 'php-script',
      title: 'PHP, in your code',
      text: [
        '<?php',
        `$client = stream_socket_client(${phpQuote(address)}, $errno, $errmsg, 1);`,
        `$data = array('uid' => ${phpQuote(uid)}, 'percent' => '88%');`,
        String.raw`fwrite($client, json_encode($data) . "\n");`,
        'echo fread($client, 8192);',
      ].join('\n'),
    },
  ];
}

function shellLines(line, { host, port, path }) {
  const nc = (where) => ({ id: 'nc', title: 'Shell', text: String.raw`printf '%s\n' ${line} | nc -w1 ${where}` });
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
        String.raw`printf "%s\n" "$1" >&3 && head -n1 <&3' push ${line}`,
    },
  ];
}

function clientLines(uid, site) {
  return [
    {
      id: 'client',
      title: 'And in your page, to receive it',
      text: [
        `<script src="${site}/pushbridge.js"></script>`,
        '<script>',
        `  const push = new PushBridge('${site}', { uid: ${scriptQuote(uid)} });`,
        "  push.on('message', (payload, text) => alert(text));",
        '</script>',
      ].join('\n'),
    },
    {
      id: 'socket',
      title: 'Or by a bare WebSocket, which does not come back by itself',
      text: [
        `var ws = new WebSocket('${site.replace('http', 'ws')}');`,
        `ws.onopen = function () { ws.send(${scriptQuote(uid)}); };`,
        'ws.onmessage = function (e) { alert(e.data); };',
      ].join('\n'),
    },
  ];
}
