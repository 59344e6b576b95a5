<?php
/*
 * Pushes one message to every browser that listens under a uid.
 *
 *     php push.php [uid] [percent]          php push.php uid1 88%
 *
 * PUSHBRIDGE_TEXT=host:port names another text port than 127.0.0.1:5678.
 * Exit code: 0 when the server answered "ok", 1 when it answered anything else (nobody listens under the uid),
 * 2 when there was no answer to have.
 *
 * Two things are easy to forget in your own code:
 *
 * - The newline. A TCP connection is a stream without borders; "\n" is what tells the server that the command is
 *   whole. Without it both sides wait for each other.
 * - Reading the reply before the script ends. It tells you whether anybody was there. And a script that leaves with
 *   a reply unread makes its system reset the connection, which can destroy lines that are still on their way.
 */

function give_up(string $reason): void
{
    fwrite(STDERR, "push.php: $reason\n");
    exit(2);
}

$address = getenv('PUSHBRIDGE_TEXT') ?: '127.0.0.1:5678';
$data = array('uid' => $argv[1] ?? 'uid1', 'percent' => $argv[2] ?? '88%');

$line = json_encode($data);
if ($line === false) {
    give_up('uid and percent must be UTF-8 text: ' . json_last_error_msg());
}

// The "@" keeps PHP's own warning away: the same reason is in $errmsg, and is printed once.
$client = @stream_socket_client("tcp://$address", $errno, $errmsg, 1);
if ($client === false) {
    give_up("cannot connect to $address: " . ($errmsg ?: 'not an address of the form host:port') . '. Is PushBridge running?');
}

fwrite($client, $line . "\n");

stream_set_timeout($client, 5);
$reply = fgets($client);
if ($reply === false) {
    give_up("no reply from $address" . (stream_get_meta_data($client)['timed_out'] ? ' within 5 seconds' : ''));
}

echo $reply;
exit(rtrim($reply) === 'ok' ? 0 : 1);
