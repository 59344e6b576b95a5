<?php
/*
 * Prints what PHP 7.4 does not understand in the given files, one "file:line: construct" a line. Tokens only: it knows the
 * constructs and functions that one reaches for, not everything that was ever added. Itself needs PHP 8.
 */

declare(strict_types=1);

const KEYWORDS = [
    T_MATCH => 'match',
    T_NULLSAFE_OBJECT_OPERATOR => 'nullsafe operator',
    T_ATTRIBUTE => 'attribute',
    T_ENUM => 'enum',
    T_READONLY => 'readonly',
];

const NAMES = [
    'array_all', 'array_any', 'array_find', 'array_find_key', 'array_first', 'array_is_list', 'array_last', 'enum_exists', 'fdiv',
    'fsync', 'get_debug_type', 'get_resource_id', 'json_validate', 'mb_str_pad', 'mb_trim', 'mb_ucfirst',
    'preg_last_error_msg', 'str_contains', 'str_decrement', 'str_ends_with', 'str_increment', 'str_starts_with',
    'PhpToken', 'Stringable', 'UnhandledMatchError', 'ValueError', 'WeakMap',
];

const TYPES = ['mixed', 'never', 'static', 'false', 'true', 'null'];

/** The index of the bracket that closes the one at the index. */
function closing(array $tokens, int $open): int
{
    for ($i = $open, $depth = 0; ; $i++) {
        $depth += ['(' => 1, '[' => 1, '{' => 1, ')' => -1, ']' => -1, '}' => -1][$tokens[$i]->text] ?? 0;
        if ($depth === 0) {
            return $i;
        }
    }
}

/** What is too new in the tokens of one declared type. */
function type(array $tokens): ?string
{
    foreach ($tokens as $i => $token) {
        if (in_array(strtolower($token->text), TYPES, true)) {
            return 'type ' . $token->text;
        }
        if ($token->text === '|' || ($token->text === '&' && isset($tokens[$i + 1]) && $tokens[$i + 1]->text !== '...')) {
            return 'union or intersection type';
        }
    }

    return null;
}

/** What is too new in the signature that begins with the token at the index, "function" or "fn". */
function signature(array $tokens, int $at): array
{
    for ($open = $at; $tokens[$open]->text !== '('; $open++) {
        if ($tokens[$open]->text === ';') {
            return []; // "use function name;"
        }
    }
    $close = closing($tokens, $open);
    $found = [];
    $type = [];
    $inDefault = false;
    for ($i = $open + 1; $i < $close; $i++) {
        $token = $tokens[$i];
        if ($token->text === ',' && $tokens[$i + 1]->text === ')') {
            $found[] = 'trailing comma in a parameter list';
        }
        if ($token->is([T_PUBLIC, T_PROTECTED, T_PRIVATE])) {
            $found[] = 'constructor promotion';
        }
        if ($token->is(T_NEW)) {
            $found[] = 'new in an initializer';
        }
        if ($token->is(T_VARIABLE)) {
            $found[] = type(array_filter($type, fn($part) => $part->text !== '&'));
            $inDefault = true;
        } elseif ($token->text === ',' || !$inDefault) {
            $type = $token->text === ',' ? [] : [...$type, $token];
            $inDefault = false;
        }
        if (in_array($token->text, ['(', '['], true)) {
            $i = closing($tokens, $i);
        }
    }
    if ($tokens[$close + 1]->is(T_USE)) {
        $close = closing($tokens, $close + 2);
        $found[] = $tokens[$close - 1]->text === ',' ? 'trailing comma in a use list' : null;
    }
    if ($tokens[$close + 1]->text === ':') {
        for ($i = $close + 2, $type = []; !in_array($tokens[$i]->text, ['{', ';', '=>'], true); $i++) {
            $type[] = $tokens[$i];
        }
        $found[] = type($type);
    }

    return $found;
}

function at(array $tokens, int $i): array
{
    $token = $tokens[$i];
    $before = $tokens[$i - 1] ?? $token;
    $next = $tokens[$i + 1] ?? $token;
    $found = [KEYWORDS[$token->id] ?? null];
    if ($token->is([T_FUNCTION, T_FN])) {
        $found = [...$found, ...signature($tokens, $i)];
    }
    if ($token->is([T_PUBLIC, T_PROTECTED, T_PRIVATE, T_VAR]) && !$next->is([T_FUNCTION, T_CONST])) {
        for ($type = [], $j = $i + 1; $j < count($tokens) && !$tokens[$j]->is([T_VARIABLE, T_FUNCTION, T_CONST]) && $tokens[$j]->text !== ';'; $j++) {
            $type = $tokens[$j]->is(T_STATIC) ? $type : [...$type, $tokens[$j]];
        }
        $found[] = $tokens[$j]->is(T_VARIABLE) ? type($type) : null;
    }
    if ($token->is(T_CATCH)) {
        $found[] = $tokens[closing($tokens, $i + 1) - 1]->is(T_VARIABLE) ? null : 'catch without a variable';
    }
    if ($token->is(T_STRING) && $next->text === ':' && in_array($before->text, ['(', ','], true)) {
        $found[] = 'named argument';
    }
    if ($token->is(T_THROW) && !in_array($before->text, [';', '{', '}', ')', ':', 'else', 'do'], true)) {
        $found[] = 'throw as an expression';
    }
    if ($token->is(T_ELLIPSIS) && $before->text === '(' && $next->text === ')') {
        $found[] = 'first-class callable';
    }
    if ($token->is(T_CLASS) && $before->is(T_DOUBLE_COLON) && ($tokens[$i - 2]->is(T_VARIABLE) || $tokens[$i - 2]->text === ')')) {
        $found[] = '::class of an object';
    }
    if ($token->is(T_LNUMBER) && stripos($token->text, '0o') === 0) {
        $found[] = 'octal prefix';
    }
    if ($token->is(T_CONST) && ($before->is(T_FINAL) || $tokens[$i + 2]->is(T_STRING))) {
        $found[] = 'final or typed constant';
    }
    $isMember = $before->is([T_OBJECT_OPERATOR, T_DOUBLE_COLON, T_FUNCTION, T_CONST]);
    if ($token->is([T_STRING, T_NAME_FULLY_QUALIFIED]) && !$isMember && in_array(ltrim($token->text, '\\'), NAMES, true)) {
        $found[] = $token->text;
    }

    return array_filter($found);
}

foreach (array_slice($argv, 1) as $file) {
    $tokens = PhpToken::tokenize(file_get_contents($file));
    $tokens = array_values(array_filter($tokens, fn($token) => !$token->isIgnorable()));
    foreach ($tokens as $i => $token) {
        foreach (at($tokens, $i) as $construct) {
            echo basename($file), ":$token->line: $construct\n";
        }
    }
}
