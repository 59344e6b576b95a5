const $ = (id) => document.getElementById(id);
const button = $('start');

const push = new PushBridge(document.body.dataset.server, {
  token: async () => (await fetch('token.php')).text(),
});

push.on('state', ({ name }) => { $('state').textContent = name; });
push.on('message', ({ percent }) => {
  $('percent').textContent = percent;
  $('bar').value = parseInt(percent, 10);
});

button.addEventListener('click', async () => {
  button.disabled = true;
  try {
    const answer = await fetch('job.php', { method: 'POST' });
    $('state').textContent = (await answer.text()).trim();
  } catch {
    $('state').textContent = 'the site does not answer';
  } finally {
    button.disabled = false;
  }
});
