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

$client = @stream_socket_client('tcp://' . getenv('PUSHBRIDGE_TEXT'), $errno, $errmsg, 3);
if ($client === false) {
    http_response_code(502);
    exit("no push server: $errmsg\n");
}
stream_set_timeout($client, 5);

$say = function (array $line) use ($client): bool {
    fwrite($client, json_encode($line) . "\n");
    return fgets($client) === "ok\n";
};

if (!$say(['$cmd' => 'auth', 'secret' => secret('PUSHBRIDGE_SECRET_FILE')])) {
    http_response_code(502);
    exit("the push server does not know this site\n");
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
