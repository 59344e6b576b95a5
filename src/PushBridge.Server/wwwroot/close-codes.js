// Why a connection ended, in words. Codes from 4400 up are PushBridge's own; 1005 and 1006 are the browser's.

const meanings = new Map([
  [1000, 'The server ended the connection normally.'],
  [1001, 'The server is shutting down or restarting.'],
  [1002, 'Protocol error: the server could not make sense of the frames it got.'],
  [1005, 'The server closed without saying why.'],
  [1006, 'The connection broke off without a goodbye: the server or the network went away.'],
  [1007, 'Invalid UTF-8 was sent.'],
  [1008, 'Flood: too many frames were sent to the server.'],
  [1009, 'Too big: the server takes no more than 8 KiB from a client.'],
  [1013, 'The server cannot take this connection now.'],
  [4400, 'Bad uid: it must be 1 to 256 bytes long, without control characters.'],
  [4401, 'Bad token: the server did not accept it.'],
  [4403, 'Forbidden: this page may not listen here.'],
  [4408, 'No uid arrived in time.'],
  [4409, 'Too many connections are open for this uid.'],
  [4410, 'The token has expired.'],
  [4411, 'Kicked: a backend closed the connections of this uid.'],
  [4428, 'Slow consumer: this page did not read fast enough, so messages were given up.'],
  [4429, 'Rate limit: too many attempts.'],
]);

export const meaningOf = (code) => meanings.get(code) ?? 'A code this page does not know.';
