<?php
/*
 * Writes the secrets of the containers into a folder, readable for the server's group and nobody else:
 *
 *     php secrets.php FOLDER
 *
 * "backends" is what backends present (PUSHBRIDGE_SECRET), "token" what clients' tokens are signed with
 * (PUSHBRIDGE_TOKEN_SECRET). What the environment does not give is made up once, and kept.
 */

const SERVER_GROUP = 1654;

$folder = $argv[1];
foreach (['backends' => 'PUSHBRIDGE_SECRET', 'token' => 'PUSHBRIDGE_TOKEN_SECRET'] as $name => $variable) {
    $file = "$folder/$name";
    $given = (string) getenv($variable);
    if ($given === '' && is_file($file)) {
        continue;
    }

    // Whole or not at all, and never readable for others in between.
    umask(0077);
    $draft = "$file.new";
    if (file_put_contents($draft, ($given !== '' ? $given : bin2hex(random_bytes(32))) . "\n") === false) {
        exit(1);
    }
    if (posix_getuid() === 0 && !(chgrp($draft, SERVER_GROUP) && chmod($draft, 0440))) {
        exit(1);
    }
    rename($draft, $file);
    echo $given !== '' ? "$name: as $variable says\n" : "$name: a new secret\n";
}
