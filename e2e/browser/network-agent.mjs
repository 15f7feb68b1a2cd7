// Runs on one of the hosts of network.mjs and sends requests from it.

process.on('message', async ({ id, url, init }) => {
  try {
    const response = await fetch(url, init);
    const { status, headers } = response;
    process.send({
      id,
      answer: { status, headers: [...headers], text: await response.text() },
    });
  } catch (error) {
    process.send({
      id,
      error: `${url}: ${error.cause?.message ?? error.message}`,
    });
  }
});
