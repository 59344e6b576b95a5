// The lines that push to a uid, ready to paste. A uid may hold quotes, dollar signs, backslashes, spaces and any
// script, so each language quotes it by its own rules.

const shellQuote = (text) => `'${text.replaceAll("'", String.raw`'\''`)}'`;
const phpQuote = (text) => `'${text.replace(/[\\']/g, String.raw`\$&`)}'`;
const scriptQuote = (text) => JSON.stringify(text).replaceAll('</', String.raw`<\/`);

/** `{ id, title, text }` for each way to push, and last the client that receives. */
export function pushLines(uid, { host, port }, clientUrl) {
  const bareHost = host.replace(/^\[|\]$/g, '');
  const line = shellQuote(JSON.stringify({ uid, percent: '88%' }));
  return [
    {
      id: 'php',
      title: 'PHP, in one paste',
      text:
        `php -r '$c = stream_socket_client("tcp://${host}:${port}", $errno, $errmsg, 1) or exit(1); ` +
        'fwrite($c, json_encode(["uid" => $argv[1], "percent" => "88%"]) . "\\n"); ' +
        `echo fgets($c);' -- ${shellQuote(uid)}`,
    },
    { id: 'nc', title: 'Shell', text: String.raw`printf '%s\n' ${line} | nc -w1 ${bareHost} ${port}` },
    {
      id: 'bash',
      title: 'Shell without nc: bash alone',
      text:
        `bash -c 'exec 3<>/dev/tcp/${bareHost}/${port} && ` +
        String.raw`printf "%s\n" "$1" >&3 && head -n1 <&3' push ${line}`,
    },
    {
      id: 'php-script',
      title: 'PHP, in your code',
      text: [
        '<?php',
        `$client = stream_socket_client('tcp://${host}:${port}', $errno, $errmsg, 1);`,
        `$data = array('uid' => ${phpQuote(uid)}, 'percent' => '88%');`,
        String.raw`fwrite($client, json_encode($data) . "\n");`,
        'echo fread($client, 8192);',
      ].join('\n'),
    },
    {
      id: 'client',
      title: 'And in your page, to receive it',
      text: [
        `var ws = new WebSocket('${clientUrl}');`,
        `ws.onopen = function () { ws.send(${scriptQuote(uid)}); };`,
        'ws.onmessage = function (e) { alert(e.data); };',
      ].join('\n'),
    },
  ];
}
