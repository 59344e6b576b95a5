<?php
/*
 * What PhpSession talks to: evaluates one PHP expression a line (base64, because code has line ends) and answers each with
 * one line of JSON. $push is a PushClient for the address in the first argument, with the options (JSON) in the second.
 */

declare(strict_types=1);

use PushBridge\PushClient;
use PushBridge\PushException;

error_reporting(E_ALL);
// Frameworks do this: a notice that reaches them is an exception.
set_error_handler(function (int $level, string $text, string $file, int $line) {
    throw new ErrorException($text, 0, $level, $file, $line);
});

require_once dirname(__DIR__, 3) . '/src/php/PushBridge.php';

$push = new PushClient($argv[1], json_decode($argv[2], true));

while (($line = fgets(STDIN)) !== false) {
    try {
        $answer = ['value' => eval('use PushBridge\PushClient; return ' . base64_decode($line) . ';')];
    } catch (Throwable $e) {
        $answer = ['error' => substr((string) strrchr('\\' . get_class($e), '\\'), 1), 'message' => $e->getMessage()];
        if ($e instanceof PushException) {
            $answer += ['unknown' => $e->isOutcomeUnknown(), 'results' => (object) $e->getResults()];
        }
    }
    echo json_encode($answer, JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION), "\n";
}
