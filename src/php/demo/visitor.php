<?php
/* Who looks at the page: here a random number in a cookie, in an application of yours whoever is signed in. */

function visitor(): string
{
    $id = $_COOKIE['visitor'] ?? '';
    if (!is_string($id) || !preg_match('/\A[0-9a-f]{32}\z/', $id)) {
        $id = bin2hex(random_bytes(16));
        setcookie('visitor', $id, ['httponly' => true, 'samesite' => 'Lax']);
    }
    return "visitor-$id";
}

/** A secret of the server, from the file that a variable of the environment names. */
function secret(string $variable): string
{
    return rtrim((string) file_get_contents((string) getenv($variable)));
}
