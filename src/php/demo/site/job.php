<?php
/*
 * A long job, or what looks like one: it counts to 100 and tells its visitor's browser how far it is, by one line of JSON over
 * TCP for each step.
 */

require __DIR__ . '/../visitor.php';

if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    http_response_code(405);
    exit;
}

// The job goes on when the visitor closes the page, and takes longer than a page usually may.
ignore_user_abort(true);
set_time_limit(0);
header('Content-Type: text/plain');

$client = false;
$problem = '';

/* Connects, and shows that this site may push. */
$connect = function () use (&$client, &$problem): bool {
    $client = @stream_socket_client('tcp://' . getenv('PUSHBRIDGE_TEXT'), $errno, $errmsg, 3);
    if ($client === false) {
        $problem = "no push server: $errmsg";
        return false;
    }
    stream_set_timeout($client, 5);
    fwrite($client, json_encode(['$cmd' => 'auth', 'secret' => secret('PUSHBRIDGE_SECRET_FILE')]) . "\n");
    $problem = 'the push server does not know this site';
    return fgets($client) === "ok\n";
};

/* A server that is restarted closes the connection: what it has not answered is said once more, to whoever is there then. */
$say = function (array $line) use (&$client, $connect): bool {
    for ($attempt = 0; $attempt < 2; $attempt++) {
        $reply = $client && @fwrite($client, json_encode($line) . "\n") ? fgets($client) : false;
        if ($reply !== false) {
            return $reply === "ok\n";
        }
        if (!$connect()) {
            return false;
        }
    }
    return false;
};

if (!$connect()) {
    http_response_code(502);
    exit("$problem\n");
}

$uid = visitor();
$pause = (int) (getenv('DEMO_STEP_MILLISECONDS') ?: 100);
$seen = 0;
for ($percent = 0; $percent <= 100; $percent++) {
    // "fail" means that no page of the visitor is open; the job does not mind.
    $seen += (int) $say(['uid' => $uid, 'percent' => "$percent%"]);
    usleep($pause * 1000);
}
echo "done; a page saw $seen of 101 steps\n";
