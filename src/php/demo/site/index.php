<?php
require __DIR__ . '/../visitor.php';

visitor();
$server = htmlspecialchars((string) getenv('PUSHBRIDGE_CLIENTS'));
?>
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>A job on the server</title>
<link rel="icon" href="data:,">
<style>
  :root { color-scheme: light dark; }
  body { max-width: 34rem; margin: 12vh auto; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; }
  progress { width: 100%; height: 1.5rem; }
  output { font-size: 3rem; font-variant-numeric: tabular-nums; }
  button { font: inherit; padding: .5rem 1.25rem; }
</style>
</head>
<body data-server="<?= $server ?>">
<h1>A job on the server</h1>
<p>The button starts a PHP script that takes ten seconds. It writes a line of JSON to the push server for each step, and the line
appears here, and in every other tab of yours.</p>
<p><output id="percent">0%</output></p>
<progress id="bar" max="100" value="0" aria-label="progress of the job"></progress>
<p><button id="start">Start the job</button> <span id="state" role="status">connecting</span></p>
<script src="<?= $server ?>/pushbridge.js"></script>
<script src="job.js"></script>
</body>
</html>
