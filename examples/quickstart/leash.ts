// Loaded into the gateway's process with --import: when the quickstart is gone, however it ended, the gateway stops too.
process.once('disconnect', () => process.kill(process.pid, 'SIGINT'));
process.channel?.unref();
