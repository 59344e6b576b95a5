<?php
/*
 * PushBridge for PHP: push messages to browsers. One file, no dependency, PHP 7.4 and later.
 *
 *     require_once 'PushBridge.php';                       // or composer's autoloader: composer.json is beside it
 *
 *     $push = new PushBridge\PushClient();                 // tcp://127.0.0.1:5678; connects when it is first used
 *     $result = $push->push('uid1', ['percent' => '88%']);
 *     if (!$result->ok) {
 *         echo "not delivered: $result->reason\n";         // "offline": nobody is there under that uid
 *     }
 *
 * A result is an object, and PHP takes every object for true: ask for ->ok.
 *
 * What is sent is JSON. 'hello' arrives in the browser as "hello", in quotes; [] is a list, new stdClass an empty object.
 * Text that is JSON already goes out as it is: $push->push('uid1', PushBridge\PushClient::json($text)).
 *
 * Nothing is ever sent twice behind your back. When a connection is lost while a push waits for its answer, nobody can know
 * whether it was delivered: you get a ConnectionException whose isOutcomeUnknown() is true. Give the push an id, and it is repeated
 * for you; the server delivers an id once:
 *
 *     $push->push('uid1', ['order' => 17, 'state' => 'paid'], 'order-17-paid');
 *
 * Everything that goes wrong is a PushException, and its message says what to do about it. That nobody is online is not
 * wrong; it is a result.
 */

declare(strict_types=1);

namespace PushBridge;

/** A backend's side of PushBridge's text port. Not to be shared between processes: create it after a fork. */
final class PushClient
{
    /** The server reads JSON 64 levels deep; the command around the data is one of them. */
    private const DEPTH = 63;
    private const JSON = JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_PRESERVE_ZERO_FRACTION;

    /** What pushMany() writes before it reads the replies. The server keeps 1 MiB of unread ones: over 20,000. */
    private const BATCH_MESSAGES = 1000;
    private const BATCH_BYTES = 1048576;

    private string $address;
    private array $options;
    private ?Connection $connection = null;

    /**
     * @param string $address tcp://host:port, unix:///path/of/socket, or tls://host:port (for a text port behind a proxy that
     *     speaks it).
     * @param array $options
     *     'connect_timeout' => seconds to connect in, 1.0 by default;
     *     'timeout'         => seconds to wait for a reply, 5.0 by default;
     *     'secret'          => one of the server's secrets (Backends:Secrets), which opens its text port where it has any;
     *     'context'         => PHP's stream context options, such as ['ssl' => ['cafile' => '/etc/ssl/push.pem']];
     *     'persistent'      => true: the connection outlives the request, as under PHP-FPM. Each PushClient begins with a
     *                          question whose answer it recognises, so that it never takes the late answer to a push of
     *                          somebody before it for its own. Not with tls: PHP finds persistent connections by their
     *                          address alone, so one that was opened without checking the certificate would do for all.
     */
    public function __construct(string $address = 'tcp://127.0.0.1:5678', array $options = [])
    {
        if (!preg_match('~^((tcp|tls)://.+:\d+|unix://.+)$~D', $address)) {
            throw new \InvalidArgumentException(
                "\"$address\" is not an address: it must be tcp://host:port, tls://host:port or unix:///path."
            );
        }
        $defaults = ['connect_timeout' => 1.0, 'timeout' => 5.0, 'secret' => null, 'context' => [], 'persistent' => false];
        foreach (array_diff_key($options, $defaults) as $name => $_) {
            throw new \InvalidArgumentException("There is no option \"$name\"; there are " . implode(', ', array_keys($defaults)) . '.');
        }
        $this->address = $address;
        $this->options = array_merge($defaults, $options);
        if ($this->options['persistent'] && strncmp($address, 'tls:', 4) === 0) {
            throw new \InvalidArgumentException('A tls connection cannot be persistent: PHP would reuse it whatever "context" says about its certificate.');
        }
    }

    /** JSON that goes out as it is, instead of a value to encode. */
    public static function json(string $json): RawJson
    {
        return new RawJson($json, self::DEPTH);
    }

    /**
     * To every connection of a uid, or of each uid of a list.
     *
     * @param string|int|array $uid
     * @param mixed $data anything that json_encode() takes, or PushClient::json()
     * @param string|null $id 1 to 64 bytes; the server executes a command with the same id and target once (it remembers for 5 minutes)
     */
    public function push($uid, $data, ?string $id = null): PushResult
    {
        return $this->command(self::pushLine($uid, $data, $id), $id !== null);
    }

    /**
     * Many pushes in one write; the results have the keys of the messages and stand in their order. All messages are checked
     * before the first is sent. When the connection is lost half-way, getResults() of the exception has what was answered.
     *
     * @param array[] $messages each ['uid' => ..., 'data' => ..., 'id' => optional]
     * @return PushResult[]
     */
    public function pushMany(array $messages): array
    {
        $results = [];
        foreach (self::batches(self::pushLines($messages)) as $batch) {
            $ids = array_column(array_intersect_key($messages, $batch), 'id');
            try {
                $results += $this->results($batch, $this->exchange(array_values($batch), count($ids) === count($batch)));
            } catch (PushException $e) {
                throw $e->withResults($results + $this->results($batch, $e->replies()));
            }
        }

        return $results;
    }

    /**
     * Many pushes without replies, for when nobody wants to know who was there: returns when the server has executed
     * all of them. Uses a connection of its own.
     *
     * @param array[] $messages as for pushMany(), ids included
     */
    public function pushManyQuietly(array $messages): void
    {
        $lines = self::pushLines($messages);
        $connection = $this->open(false);
        try {
            $connection->write("{\"\$cmd\":\"quiet\"}\n");
            $reply = $connection->readLine();
            if ($reply !== 'ok') {
                throw $this->unexpected($reply);
            }
            foreach (self::batches($lines) as $batch) {
                $connection->write(implode("\n", $batch) . "\n");
            }
            $connection->finish();
        } finally {
            $connection->close();
        }
    }

    /**
     * To everybody who is connected. ->ok also when that is nobody; ->connections says how many it was.
     *
     * @param mixed $data
     * @param string|int|array $except uids that are left out
     */
    public function broadcast($data, $except = [], ?string $id = null): PushResult
    {
        $members = ['$cmd' => 'broadcast'] + self::except($except) + self::id($id);

        return $this->command(self::line($members, self::encode($data)), $id !== null);
    }

    /**
     * To everybody in a group, or in at least one group of a list; once to each.
     *
     * @param string|int|array $group
     * @param mixed $data
     * @param string|int|array $except uids that are left out
     */
    public function group($group, $data, $except = [], ?string $id = null): PushResult
    {
        $members = ['$cmd' => 'group', 'group' => self::names($group, 'group')] + self::except($except) + self::id($id);

        return $this->command(self::line($members, self::encode($data)), $id !== null);
    }

    /**
     * Puts the connections that a uid (or each uid of a list) has at this moment into a group. They leave it when they close:
     * a browser that reconnects is a new connection, and is to be put there again.
     *
     * @param string|int|array $uid
     * @param string|int $group
     */
    public function join($uid, $group, ?string $id = null): PushResult
    {
        return $this->command(self::memberLine('join', $uid, $group, $id), true);
    }

    /**
     * @param string|int|array $uid
     * @param string|int $group
     */
    public function leave($uid, $group, ?string $id = null): PushResult
    {
        return $this->command(self::memberLine('leave', $uid, $group, $id), $id !== null);
    }

    /**
     * Closes every connection of a uid, with close code 4411.
     *
     * @param string|int|array $uid
     * @param string|null $reason at most 123 bytes; the browser sees it
     */
    public function kick($uid, ?string $reason = null, ?string $id = null): PushResult
    {
        if ($reason !== null && strlen($reason) > 123) {
            throw new InvalidMessageException('The reason of a kick has at most 123 bytes, because it travels in a close frame; this one has ' . strlen($reason) . '.');
        }
        $members = ['$cmd' => 'kick', 'uid' => self::names($uid, 'uid')] + ($reason === null ? [] : ['reason' => $reason]) + self::id($id);

        return $this->command(self::line($members), $id !== null);
    }

    /**
     * How many connections each uid has; 0 is offline. PHP makes whole numbers of keys like '123', and finds them
     * under both.
     *
     * @param string|int|array $uid
     * @return array<string|int, int>
     */
    public function online($uid): array
    {
        return $this->answer(self::line(['$cmd' => 'online', 'uid' => self::names($uid, 'uid')]), 'online');
    }

    /** @param string|int $uid */
    public function isOnline($uid): bool
    {
        return array_sum($this->online($uid)) > 0;
    }

    /**
     * How many connections there are and how many different uids they have, everywhere or in one group.
     *
     * @param string|int|null $group
     * @return array{connections: int, uids: int}
     */
    public function count($group = null): array
    {
        $reply = $this->answer(self::line(['$cmd' => 'count'] + ($group === null ? [] : ['group' => self::name($group, 'group')])));

        return ['connections' => $reply['connections'], 'uids' => $reply['uids']];
    }

    /** Returns when the server has answered; throws when it does not. */
    public function ping(): void
    {
        $this->answer(self::line(['$cmd' => 'ping']));
    }

    /** Ends the connection, also a persistent one. The next call opens another. */
    public function close(): void
    {
        if ($this->connection !== null) {
            $this->connection->close();
            $this->connection = null;
        }
    }

    private function command(string $line, bool $repeatable): PushResult
    {
        return $this->result($this->exchange([$line], $repeatable)[0]);
    }

    /** Asks a question, which is as good when it is asked twice. */
    private function answer(string $line, ?string $member = null): array
    {
        $text = $this->exchange([$line], true)[0];
        $reply = $this->decode($text);
        if (!$reply['ok']) {
            throw new PushException("$this->address refused to answer: " . ($reply['reason'] ?? 'without a reason') . '.');
        }
        if ($member !== null && !is_array($reply[$member] ?? null)) {
            throw $this->unexpected($text);
        }

        return $member === null ? $reply : $reply[$member];
    }

    /**
     * Writes the lines at once and reads as many replies. A kept connection may have died while it was idle; then there is
     * one second attempt, but only if no line can have been executed, or all may be executed twice.
     *
     * @param string[] $lines
     * @return string[]
     */
    private function exchange(array $lines, bool $repeatable): array
    {
        $kept = $this->connection !== null && $this->connection->isAlive();
        if (!$kept) {
            $this->close();
            $this->connection = $this->open((bool) $this->options['persistent']);
        }
        $replies = [];
        $done = false;
        try {
            $this->connection->write(implode("\n", $lines) . "\n");
            while (count($replies) < count($lines)) {
                $replies[] = $this->readReply();
            }
            $done = true;
        } catch (ConnectionException $lost) {
            if (!$kept || $replies !== [] || ($lost->isOutcomeUnknown() && !$repeatable)) {
                throw $lost->withReplies($replies);
            }
        } catch (PushException $e) {
            throw $e->withReplies($replies);
        } finally {
            // Whatever ended this, also an exception of somebody's signal handler: a connection with replies under way
            // would give them to the next command.
            if (!$done) {
                $this->close();
            }
        }

        return $done ? $replies : $this->exchange($lines, $repeatable);
    }

    private function readReply(): string
    {
        $reply = $this->connection->readLine();
        $this->decode($reply);

        return $reply;
    }

    private function open(bool $persistent): Connection
    {
        $connection = Connection::open($this->address, $this->options, $persistent);
        if (!$persistent) {
            try {
                $connection->authenticate();
            } catch (PushException $e) {
                $connection->close();
                throw $e;
            }

            return $connection;
        }
        if ($connection->synchronize()) {
            return $connection;
        }
        // Somebody left it in a state that we cannot make sense of, or it is dead: take a new one.
        $connection->close();
        $connection = Connection::open($this->address, $this->options, true);
        if (!$connection->synchronize()) {
            $connection->close();
            throw new TimeoutException("$this->address accepts connections but does not answer as PushBridge's text port does. Is it another port, or is the server stuck?");
        }

        return $connection;
    }

    /** Gives each reply the key of its message; there may be fewer replies. */
    private function results(array $batch, array $replies): array
    {
        $keys = array_slice(array_keys($batch), 0, count($replies));

        return array_combine($keys, array_map([$this, 'result'], $replies));
    }

    private function result(string $reply): PushResult
    {
        $reply = $this->decode($reply);

        return new PushResult($reply['ok'], $reply['connections'] ?? 0, $reply['ok'] ? null : (string) ($reply['reason'] ?? ''));
    }

    private function decode(string $reply): array
    {
        $decoded = json_decode($reply, true);
        if (!is_array($decoded) || !is_bool($decoded['ok'] ?? null)) {
            throw $this->unexpected($reply);
        }

        return $decoded;
    }

    private function unexpected(string $reply): ProtocolException
    {
        $hint = $reply === 'fail'
            ? 'That is how it refuses a line that is longer than its Text:MaxLineBytes (1 MiB unless configured otherwise), and a command that it does not know.'
            : 'Is this PushBridge\'s text port, or another one?';

        return new ProtocolException("$this->address answered " . self::quote($reply) . ". $hint", true);
    }

    private static function pushLine($uid, $data, ?string $id): string
    {
        return self::line(['$cmd' => 'push', 'uid' => self::names($uid, 'uid')] + self::id($id), self::encode($data));
    }

    private static function pushLines(array $messages): array
    {
        $lines = [];
        foreach ($messages as $key => $message) {
            if (!is_array($message) || !array_key_exists('uid', $message) || !array_key_exists('data', $message)) {
                throw new InvalidMessageException("Message $key must be an array with \"uid\" and \"data\", and with \"id\" if you like.");
            }
            try {
                $lines[$key] = self::pushLine($message['uid'], $message['data'], $message['id'] ?? null);
            } catch (InvalidMessageException $e) {
                throw new InvalidMessageException("Message $key: " . $e->getMessage(), false, $e);
            }
        }

        return $lines;
    }

    private static function batches(array $lines): \Generator
    {
        $batch = [];
        $bytes = 0;
        foreach ($lines as $key => $line) {
            if ($batch !== [] && (count($batch) === self::BATCH_MESSAGES || $bytes + strlen($line) > self::BATCH_BYTES)) {
                yield $batch;
                $batch = [];
                $bytes = 0;
            }
            $batch[$key] = $line;
            $bytes += strlen($line);
        }
        if ($batch !== []) {
            yield $batch;
        }
    }

    private static function memberLine(string $command, $uid, $group, ?string $id): string
    {
        return self::line(['$cmd' => $command, 'uid' => self::names($uid, 'uid'), 'group' => self::name($group, 'group')] + self::id($id));
    }

    /** One command as its line; the data is JSON already. */
    private static function line(array $members, ?string $data = null): string
    {
        $json = self::encode($members + ['reply' => 'json'], 'The command');

        return $data === null ? $json : substr($json, 0, -1) . ',"data":' . $data . '}';
    }

    private static function except($uids): array
    {
        return $uids === [] || $uids === null ? [] : ['except' => self::names($uids, 'except')];
    }

    private static function id(?string $id): array
    {
        if ($id !== null && ($id === '' || strlen($id) > 64)) {
            throw new InvalidMessageException('An id has 1 to 64 bytes; this one has ' . strlen($id) . '.');
        }

        return $id === null ? [] : ['id' => $id];
    }

    /** @return string|string[] */
    private static function names($names, string $what)
    {
        if (!is_array($names)) {
            return self::name($names, $what);
        }
        if ($names === []) {
            throw new InvalidMessageException("\"$what\" is an empty array; it needs at least one name.");
        }
        $list = [];
        foreach ($names as $name) {
            $list[] = self::name($name, $what);
        }

        return $list;
    }

    private static function name($name, string $what): string
    {
        if (!is_string($name) && !is_int($name)) {
            throw new InvalidMessageException("\"$what\" must be a string or an int, not " . gettype($name) . '.');
        }
        $name = (string) $name;
        // Without control characters; the pattern also fails on anything that is not UTF-8.
        if (strlen($name) > 256 || preg_match('/^[^\x{00}-\x{1F}\x{7F}-\x{9F}]+$/Du', $name) !== 1) {
            throw new InvalidMessageException("\"$what\" must have 1 to 256 bytes of UTF-8 without control characters; this has not: " . self::quote($name) . '.');
        }

        return $name;
    }

    private static function encode($data, string $what = '$data'): string
    {
        if ($data instanceof RawJson) {
            return $data->text();
        }
        try {
            return json_encode($data, self::JSON, self::DEPTH);
        } catch (\JsonException $e) {
            $hasPlace = $e->getCode() !== JSON_ERROR_DEPTH && $e->getCode() !== JSON_ERROR_RECURSION;
            throw new InvalidMessageException(($hasPlace ? self::locate($data, $what) : $what) . ' cannot be sent as JSON: ' . $e->getMessage() . '.', false, $e);
        }
    }

    /** Where in the data the thing is that cannot be encoded, such as $data['user']['name']. */
    private static function locate($data, string $path, int $depth = self::DEPTH): string
    {
        if ($data instanceof \JsonSerializable) {
            $data = $data->jsonSerialize();
        }
        if (is_object($data)) {
            $data = get_object_vars($data);
        }
        foreach (is_array($data) ? $data : [] as $key => $value) {
            if (!self::encodes([$key => 0])) {
                return "A key in $path";
            }
            if ($depth > 0 && !self::encodes($value)) {
                return self::locate($value, $path . '[' . var_export($key, true) . ']', $depth - 1);
            }
        }

        return $path;
    }

    private static function quote(string $bytes): string
    {
        return json_encode(substr($bytes, 0, 100), JSON_INVALID_UTF8_SUBSTITUTE | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }

    private static function encodes($value): bool
    {
        try {
            json_encode($value, self::JSON, self::DEPTH);

            return true;
        } catch (\JsonException $e) {
            return false;
        }
    }
}

/** What became of a command. All members are to be read only. */
final class PushResult
{
    /** True: at least one live connection took the message (or joined, left, was kicked). Always true of a broadcast. */
    public bool $ok;

    /** How many connections that were. */
    public int $connections;

    /**
     * Why it failed; null when it did not. "offline": nobody it addressed is connected. "overloaded": they are, but do not
     * read, and are being cut, or you send more commands a second than the server allows. Then nobody will get the message. "unavailable": another node did not answer in time; it may still arrive.
     * "draining": the server is being stopped. "unauthorized", "bad_request": the server did not accept the command.
     */
    public ?string $reason;

    /** @internal */
    public function __construct(bool $ok, int $connections, ?string $reason)
    {
        $this->ok = $ok;
        $this->connections = $connections;
        $this->reason = $reason;
    }
}

/** JSON that is sent as it is; made by PushClient::json(). */
final class RawJson implements \JsonSerializable
{
    private string $json;

    /** @internal */
    public function __construct(string $json, int $depth)
    {
        try {
            json_decode($json, true, $depth + 1, JSON_THROW_ON_ERROR);
        } catch (\JsonException $e) {
            throw new InvalidMessageException('PushClient::json() was given what is not JSON: ' . $e->getMessage() . '.', false, $e);
        }
        // A line feed would end the command. In valid JSON it can only stand between tokens, where a space does as well.
        $this->json = strtr(trim($json, " \t\r\n"), "\r\n", '  ');
    }

    public function text(): string
    {
        return $this->json;
    }

    public function jsonSerialize(): array
    {
        throw new InvalidMessageException('PushClient::json() can only be the whole of the data, not a part of it.');
    }
}

/** Something went wrong; the message says what to do. */
class PushException extends \RuntimeException
{
    private bool $outcomeUnknown;
    private array $replies = [];
    private array $results = [];

    public function __construct(string $message, bool $outcomeUnknown = false, ?\Throwable $previous = null)
    {
        parent::__construct($message, 0, $previous);
        $this->outcomeUnknown = $outcomeUnknown;
    }

    /** True: what has no result may have been executed or not. False: it was not. */
    public function isOutcomeUnknown(): bool
    {
        return $this->outcomeUnknown;
    }

    /**
     * Of pushMany(): the results that came before it went wrong, by the keys of the messages.
     *
     * @return PushResult[]
     */
    public function getResults(): array
    {
        return $this->results;
    }

    /** @internal */
    public function withReplies(array $replies): self
    {
        $this->replies = $replies;

        return $this;
    }

    /** @internal */
    public function replies(): array
    {
        return $this->replies;
    }

    /** @internal */
    public function withResults(array $results): self
    {
        $this->results = $results;

        return $this;
    }
}

/** There is no connection, or it was lost. */
final class ConnectionException extends PushException
{
}

/** The connection is there, but nothing moved on it in time. */
final class TimeoutException extends PushException
{
}

/** The other side does not speak as PushBridge's text port does. */
final class ProtocolException extends PushException
{
}

/** The server does not take the secret; nothing was sent. */
final class UnauthorizedException extends PushException
{
}

/** The data, a uid, a group or an id cannot be sent; nothing was. */
final class InvalidMessageException extends PushException
{
}

/** @internal One connection to a text port: lines out, lines in. */
final class Connection
{
    private const CHUNK = 65536;

    private string $address;
    private float $timeout;
    private ?string $secret;
    private int $pid;

    /** @var resource */
    private $stream;
    private string $received = '';
    private bool $written = false;

    /** @param resource $stream */
    private function __construct(string $address, array $options, $stream)
    {
        $this->address = $address;
        $this->timeout = (float) $options['timeout'];
        $this->secret = $options['secret'];
        $this->stream = $stream;
        $this->pid = (int) getmypid();
    }

    public static function open(string $address, array $options, bool $persistent): self
    {
        $stream = self::call(
            static function () use ($address, $options, $persistent, &$error) {
                return stream_socket_client(
                    $address,
                    $errno,
                    $error,
                    (float) $options['connect_timeout'],
                    STREAM_CLIENT_CONNECT | ($persistent ? STREAM_CLIENT_PERSISTENT : 0),
                    stream_context_create($options['context'])
                );
            },
            $warning
        );
        if ($stream === false) {
            $why = trim((string) $error) !== '' ? $error : preg_replace('/^\w+\(\): |\s+/', ' ', (string) $warning);
            throw new ConnectionException("Cannot connect to $address: " . rtrim(trim((string) $why), '.') . '. ' . self::adviceOn((string) $why));
        }

        return new self($address, $options, $stream);
    }

    /** False when it is certain that nothing can come of it: it was closed, is another process's, or has unasked replies. */
    public function isAlive(): bool
    {
        if (!is_resource($this->stream) || $this->pid !== getmypid()) {
            return false;
        }
        $this->written = false;

        return $this->receive() === '' && $this->received === '' && !$this->hasEnded();
    }

    /** Presents the secret, if there is one, and waits until it is taken. */
    public function authenticate(): void
    {
        if ($this->secret === null) {
            return;
        }
        $this->write($this->secretLine());
        $reply = $this->readLine();
        $this->refuse($reply);
        if (strpos($reply, '{"ok":true') !== 0) {
            throw new ProtocolException("$this->address did not take the secret, and did not say why. Is it PushBridge's text port? After too many wrong secrets it refuses an address for a minute.");
        }
        $this->written = false;
    }

    /** Skips whatever replies are still under way on a persistent connection; false when that does not succeed. */
    public function synchronize(): bool
    {
        $mark = bin2hex(random_bytes(16));
        // On a used connection the line feed in front ends a line that somebody may have left unfinished; on a new one the secret comes first.
        $isNew = ftell($this->stream) === 0;
        try {
            $this->write(($isNew ? '' : "\n") . $this->secretLine() . "{\"\$cmd\":\"online\",\"uid\":\"$mark\"}\n");
            do {
                $line = $this->readLine();
                $this->refuse($line);
            } while (strpos($line, $mark) === false);

            return true;
        } catch (UnauthorizedException $e) {
            $this->close();
            throw $e;
        } catch (PushException $e) {
            return false;
        }
    }

    private function secretLine(): string
    {
        return $this->secret === null ? '' : '{"$cmd":"auth","reply":"json","secret":' . json_encode($this->secret) . "}\n";
    }

    private function refuse(string $reply): void
    {
        if (strpos($reply, '"reason":"unauthorized"') !== false) {
            throw new UnauthorizedException(
                $this->secret === null
                    ? "$this->address wants a secret (option \"secret\")."
                    : "$this->address does not take the secret (option \"secret\"; the server's are in Backends:Secrets)."
            );
        }
    }

    public function write(string $bytes): void
    {
        self::call(function () use ($bytes) {
            stream_set_blocking($this->stream, true);
            for ($at = 0; $at < strlen($bytes); $at += $written) {
                stream_set_timeout($this->stream, (int) $this->timeout, (int) (fmod($this->timeout, 1) * 1e6));
                $written = (int) fwrite($this->stream, substr($bytes, $at, self::CHUNK));
                if ($written === 0) {
                    throw stream_get_meta_data($this->stream)['timed_out'] ? $this->late('takes no data') : $this->lost();
                }
                $this->written = true;
            }
        });
    }

    public function readLine(): string
    {
        $deadline = microtime(true) + $this->timeout;
        while (($end = strpos($this->received, "\n")) === false) {
            $this->received .= $this->wait($deadline, 'does not answer');
        }
        $line = substr($this->received, 0, $end);
        $this->received = (string) substr($this->received, $end + 1);

        return $line;
    }

    /** Says that nothing more comes and, where that can be done, waits until the server has read all of it. */
    public function finish(): void
    {
        stream_socket_shutdown($this->stream, STREAM_SHUT_WR);
        $deadline = microtime(true) + $this->timeout;
        try {
            while (true) {
                $this->wait($deadline, 'has not read to the end');
            }
        } catch (ConnectionException $end) {
            // That is the answer.
        }
    }

    public function close(): void
    {
        if (is_resource($this->stream)) {
            fclose($this->stream);
        }
    }

    private function wait(float $deadline, string $what): string
    {
        while (($bytes = $this->receive()) === '') {
            if ($this->hasEnded()) {
                throw $this->lost();
            }
            $left = $deadline - microtime(true);
            if ($left <= 0) {
                throw $this->late($what);
            }
            self::call(function () use ($left) {
                $read = [$this->stream];
                $none = null;
                stream_select($read, $none, $none, (int) $left, (int) (fmod($left, 1) * 1e6));
            });
        }

        return $bytes;
    }

    /** What has arrived, without waiting. Asked before stream_select(), which does not see what TLS has buffered. */
    private function receive(): string
    {
        return (string) self::call(function () {
            stream_set_blocking($this->stream, false);

            return fread($this->stream, self::CHUNK);
        });
    }

    /** Not feof(): that waits for as long as a read may. */
    private function hasEnded(): bool
    {
        return stream_get_meta_data($this->stream)['eof'];
    }

    private function lost(): ConnectionException
    {
        return new ConnectionException(
            $this->written
                ? "$this->address ended the connection before it answered: what was sent may have been executed or not. Give it an id, and it is repeated safely."
                : "$this->address ended the connection before anything was sent. Is the server being restarted?",
            $this->written
        );
    }

    private function late(string $what): TimeoutException
    {
        return new TimeoutException("$this->address $what within $this->timeout seconds. Is it PushBridge's text port, and is the server overloaded? (Option \"timeout\".)", $this->written);
    }

    private static function adviceOn(string $why): string
    {
        if (preg_match('/refused|no such file/i', $why)) {
            return 'Nothing listens there: is PushBridge running, and is this its text port (Text:Listen, 127.0.0.1:5678 by default)?';
        }
        if (preg_match('/ssl|crypto|certificate/i', $why)) {
            return 'Does a TLS server listen there, with a certificate that fits the host name and the option "context" => ["ssl" => ...]?';
        }
        if (preg_match('/timed out/i', $why)) {
            return 'Is the address right, and does the firewall let it through? (Option "connect_timeout".)';
        }

        return 'Is the address right?';
    }

    /**
     * Keeps PHP's warnings from the screen and from error handlers that throw: what they say is in our exceptions.
     *
     * @return mixed
     */
    private static function call(callable $body, ?string &$warning = null)
    {
        set_error_handler(static function (int $level, string $text) use (&$warning): bool {
            $warning = $warning ?? $text;

            return true;
        });
        try {
            return $body();
        } finally {
            restore_error_handler();
        }
    }
}
