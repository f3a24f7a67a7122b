// A bare echo bot on grammY with its runner (updates side by side): `node echo.js URL TOKEN`.
// Its packages are found by NODE_PATH, in .node-bench.
const { Bot } = require("grammy");
const { run } = require("@grammyjs/runner");

const [url, token] = process.argv.slice(2);
const bot = new Bot(token, { client: { apiRoot: url } });

// One message back.
bot.on("message:text", (context) => context.reply(context.message.text));

// The spinner ended, and one message back.
bot.on("callback_query:data", async (context) => {
  await context.answerCallbackQuery();
  await context.api.sendMessage(context.from.id, context.callbackQuery.data);
});

const runner = run(bot);
process.once("SIGTERM", () => runner.stop());
