<?php
/* The page asks for its visitor's token: with it the browser shows the push server who it is. */

require __DIR__ . '/../visitor.php';

function pushToken(string $uid, string $secret, int $seconds = 3600): string
{
    $encode = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $signed = $encode('{"alg":"HS256","typ":"JWT"}') . '.' . $encode(json_encode(['sub' => $uid, 'exp' => time() + $seconds]));
    return $signed . '.' . $encode(hash_hmac('sha256', $signed, $secret, true));
}

header('Content-Type: text/plain');
header('Cache-Control: no-store');
echo pushToken(visitor(), secret('PUSHBRIDGE_TOKEN_SECRET_FILE'));
