// The sandbox's chat page. Data reaches the page as text nodes only, never as HTML.
const $ = (id) => document.getElementById(id);
const BOT = "Cân Tin";
const ERRORS = {
  not_member: "Người này không có trong nhóm.", not_yours: "Chỉ sửa hoặc xoá được tin của chính mình.",
  forwarded: "Bài chuyển tiếp không sửa được, như trên Telegram.", empty: "Tin nhắn đang trống.",
  no_message: "Tin nhắn này không còn nữa.", no_button: "Nút này không còn nữa.",
  no_picture: "Tệp này không phải ảnh PNG hoặc JPEG.", album_size: "Bộ ảnh cần từ 2 đến 10 ảnh.",
  unchanged: "Không có gì thay đổi.", not_a_group: "Nhóm này đã là nhóm lớn.",
};
const STATUS = { creator: "trưởng nhóm", administrator: "quản trị nhóm", member: "thành viên", left: "đã rời", kicked: "đã bị đưa ra" };
let state = null, chatId = null, user = null, replyTo = null, editing = null, seen = -1, drawn = "";

function el(tag, props = {}, ...children) {
  const node = Object.assign(document.createElement(tag), props);
  node.append(...children.filter((c) => c !== null && c !== undefined));
  return node;
}
const nameOf = (u) => (u ? [u.first_name, u.last_name].filter(Boolean).join(" ") : "");
const chatNow = () => state.chats.find((c) => c.id === chatId) || state.chats[0];
const titleOf = (c) => (c.type === "private" ? BOT : c.title);
const hour = (t) => new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(t * 1000));
const day = (t) => new Intl.DateTimeFormat("vi-VN", { weekday: "long", day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" }).format(new Date(t * 1000));

function toast(text) {
  $("toast").textContent = text;
  $("toast").classList.add("on");
  clearTimeout(toast.timer);
  toast.timer = setTimeout(() => $("toast").classList.remove("on"), 4500);
}

async function act(name, body = {}) {
  const answer = await fetch(`/sandbox/${name}`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ chat: chatId, user, ...body }),
  });
  const result = await answer.json().catch(() => ({}));
  if (!answer.ok) toast(ERRORS[result.error] || "Chưa làm được việc này.");
  else await refresh();
  return answer.ok;
}

// --- text with entities -------------------------------------------------------------------
const WRAP = { bold: "b", italic: "i", underline: "u", strikethrough: "s", code: "code", pre: "pre" };

function wrapper(entity, inner, plain) {
  const link = entity.type === "text_link" ? entity.url : entity.type === "url" ? plain : null;
  if (link !== null) {
    const url = /^[a-z]+:\/\//i.test(link) ? link : `https://${link}`;
    if (!/^https?:\/\//i.test(url)) return el("span", {}, ...inner);
    return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, ...inner);
  }
  if (entity.type === "spoiler") return el("span", { className: "spoiler", tabIndex: 0 }, ...inner);
  if (entity.type === "blockquote") return el("blockquote", {}, ...inner);
  if (entity.type === "expandable_blockquote") return folded(inner);
  if (entity.type === "bot_command") {
    const node = el("a", { href: "#" }, ...inner);
    node.addEventListener("click", (e) => { e.preventDefault(); act("say", { text: plain }); });
    return node;
  }
  return el(WRAP[entity.type] || "span", {}, ...inner);
}

function folded(inner) {
  const body = el("div", { className: "fold" }, ...inner);
  const more = el("button", { type: "button", className: "unfold", textContent: "Xem thêm" });
  more.setAttribute("aria-expanded", "false");
  more.addEventListener("click", () => {
    const open = body.classList.toggle("fold") === false;
    more.textContent = open ? "Thu gọn" : "Xem thêm";
    more.setAttribute("aria-expanded", String(open));
  });
  return el("blockquote", {}, body, more);
}

function rich(text, entities, start = 0, end = text.length) {
  const out = [];
  let at = start;
  const list = entities.filter((e) => e.offset >= start && e.offset + e.length <= end);
  while (list.length) {
    const entity = list.shift();
    if (entity.offset < at) continue;
    const stop = entity.offset + entity.length;
    const within = list.filter((e) => e.offset + e.length <= stop);
    out.push(document.createTextNode(text.slice(at, entity.offset)));
    out.push(wrapper(entity, rich(text, within, entity.offset, stop), text.slice(entity.offset, stop)));
    at = stop;
    if (entity.type.endsWith("blockquote") && text[at] === "\n") at += 1;
  }
  out.push(document.createTextNode(text.slice(at, end)));
  return out;
}

// --- messages -----------------------------------------------------------------------------
function originLine(o) {
  const names = {
    channel: () => `kênh ${o.chat.title}`, chat: () => `nhóm ${o.sender_chat.title}`,
    user: () => nameOf(o.sender_user), hidden_user: () => `${o.sender_user_name} (giấu tên)`,
  };
  return `↪ Chuyển tiếp từ ${names[o.type]()}`;
}

function serviceText(m) {
  const who = nameOf(m.from);
  if (m.new_chat_members) return `${who} đã thêm ${m.new_chat_members.map(nameOf).join(", ")} vào nhóm`;
  if (m.left_chat_member) return m.left_chat_member.id === m.from.id ? `${who} đã rời nhóm` : `${who} đã đưa ${nameOf(m.left_chat_member)} ra khỏi nhóm`;
  if (m.migrate_to_chat_id || m.migrate_from_chat_id) return "Nhóm đã được nâng cấp thành nhóm lớn";
  return null;
}

function keyboard(m) {
  const rows = m.reply_markup?.inline_keyboard || [];
  if (!rows.length) return null;
  return el("div", { className: "keys" }, ...rows.map((row) => el("div", {}, ...row.map((b) => {
    if (b.url) return el("a", { href: /^https?:/i.test(b.url) ? b.url : "#", target: "_blank", rel: "noopener noreferrer", textContent: b.text });
    const key = el("button", { type: "button", textContent: b.text });
    key.addEventListener("click", () => act("press", { message: m.message_id, label: b.callback_data }));
    return key;
  }))));
}

function metaLine(m, own) {
  const line = el("div", { className: "meta" });
  const add = (word, label, run) => {
    const b = el("button", { type: "button", textContent: word });
    b.setAttribute("aria-label", label);
    b.addEventListener("click", run);
    line.append(b);
  };
  add("Trả lời", "Trả lời tin này", () => setReply(m));
  if (own && !m.forward_origin) add("Sửa", "Sửa tin này", () => openEdit(m));
  if (own) add("Xoá", "Xoá tin này", () => act("delete", { message: m.message_id }));
  if (m.edit_date) line.append(el("span", { textContent: "đã sửa" }));
  line.append(el("time", { textContent: hour(m.date) }));
  return line;
}

function messageNode(m) {
  const service = serviceText(m);
  if (service) return el("p", { className: "service", textContent: service });
  const own = m.from?.id === user;
  const bubble = el("div", { className: "bubble" });
  if (!own) bubble.append(el("div", { className: "from", textContent: nameOf(m.from) }));
  if (m.forward_origin) bubble.append(el("div", { className: "origin", textContent: originLine(m.forward_origin) }));
  if (m.reply_to_message) {
    const r = m.reply_to_message;
    bubble.append(el("div", { className: "reply", textContent: `${nameOf(r.from)}: ${r.text || r.caption || "ảnh"}` }));
  }
  if (m.photo) {
    const size = m.photo[m.photo.length - 1];
    bubble.append(el("img", { src: `/sandbox/file/${encodeURIComponent(size.file_id)}`, width: size.width, height: size.height, alt: m.caption ? "Ảnh kèm chú thích" : "Ảnh" }));
  }
  if (m.document) bubble.append(el("div", { textContent: `📄 ${m.document.file_name || "tệp"}` }));
  const text = m.text ?? m.caption ?? "";
  if (text) bubble.append(el("div", { className: "text" }, ...rich(text, m.entities || m.caption_entities || [])));
  bubble.append(metaLine(m, own));
  const node = el("article", { className: own ? "mine" : "" }, bubble, keyboard(m));
  node.setAttribute("aria-label", `${nameOf(m.from)}, ${hour(m.date)}`);
  return node;
}

function drawLog(chat) {
  const log = $("log");
  const key = `${chat.id}:${user}`;
  if (drawn !== key) log.replaceChildren();
  const near = drawn !== key || log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  drawn = key;
  const old = new Map([...log.children].map((n) => [n.dataset.id, n]));
  const nodes = chat.messages.map((m) => {
    const print = JSON.stringify(m);
    const kept = old.get(String(m.message_id));
    if (kept && kept.print === print) return kept;
    const node = messageNode(m);
    node.dataset.id = m.message_id;
    node.print = print;
    return node;
  });
  if (!nodes.length) nodes.push(el("p", { className: "empty", textContent: "Chưa có tin nhắn. Hãy chuyển tiếp một bài để Cân Tin xem giúp." }));
  const same = nodes.length === log.children.length && nodes.every((n, i) => n === log.children[i]);
  if (!same) {
    const keep = new Set(nodes);
    [...log.children].forEach((n) => { if (!keep.has(n)) n.remove(); });
    nodes.forEach((n, i) => { if (log.children[i] !== n) log.insertBefore(n, log.children[i] || null); });
  }
  if (near && !same) log.scrollTop = log.scrollHeight;
}

// --- the rest of the page -----------------------------------------------------------------
function drawChats() {
  $("chats").replaceChildren(...state.chats.map((c) => {
    const last = c.messages[c.messages.length - 1];
    const words = el("span", { className: "words" }, el("span", { className: "name", textContent: c.type === "private" ? `${BOT} (riêng)` : c.title }),
      el("span", { className: "last", textContent: last ? serviceText(last) || last.text || last.caption || "Ảnh" : "Chưa có tin nhắn" }));
    const face = el("span", { className: "face", textContent: titleOf(c).slice(0, 1) });
    face.setAttribute("aria-hidden", "true");
    const b = el("button", { type: "button" }, face, words);
    b.setAttribute("aria-current", String(c.id === chatNow().id));
    b.addEventListener("click", () => { chatId = c.id; setReply(null); draw(); });
    return b;
  }));
}

function drawHead(chat) {
  const bot = `${BOT}: ${STATUS[chat.bot_status] || chat.bot_status}`;
  $("title").textContent = titleOf(chat);
  $("subtitle").textContent = chat.type === "private" ? "Trò chuyện riêng với Cân Tin" : `${chat.members.length} người · bạn là ${STATUS[chat.role]} · ${bot}`;
  $("typing").textContent = chat.typing ? `${BOT} đang soạn…` : "";
  $("manage").textContent = chat.type === "private" ? "Chặn…" : "Nhóm…";
  const started = chat.messages.some((m) => (m.text || "").startsWith("/start"));
  $("join").hidden = started;
  if (started) return;
  if (!state.join_codes.length) {
    $("join").replaceChildren(el("span", { textContent: "Cân Tin cần mã tham gia của đơn vị: gõ /start, dấu cách, rồi mã (trong nhóm: do quản trị nhóm gõ)." }));
  } else if (chat.type !== "private" && !["creator", "administrator"].includes(chat.role)) {
    $("join").replaceChildren(el("span", { textContent: "Để Cân Tin bắt đầu, quản trị nhóm gõ mã tham gia. Hãy chọn một quản trị nhóm ở ô “Bạn là”." }));
  } else {
    $("join").replaceChildren(el("span", { textContent: "Cho Cân Tin biết đơn vị:" }), ...state.join_codes.map((j) => {
      const at = chat.type === "private" ? "" : `@${state.bot.username}`;
      const b = el("button", { type: "button", textContent: `/start ${j.code} (${j.label})` });
      b.addEventListener("click", () => act("say", { text: `/start${at} ${j.code}` }));
      return b;
    }));
  }
}

function draw() {
  const chat = chatNow();
  chatId = chat.id;
  if ($("who").options.length !== state.people.length) {
    $("who").replaceChildren(...state.people.map((p) => el("option", { value: p.id, textContent: nameOf(p) })));
  }
  $("who").value = String(user);
  $("clock").textContent = day(state.now);
  drawChats();
  drawHead(chat);
  drawLog(chat);
  for (const n of state.notices.filter((x) => x.number > seen)) {
    seen = n.number;
    if (!n.text) continue;
    if (n.alert) { $("alertText").textContent = n.text; $("alert").showModal(); } else toast(n.text);
  }
}

async function refresh() {
  const answer = await fetch(`/sandbox/state${user ? `?user=${user}` : ""}`);
  const fresh = await answer.json();
  if (user && fresh.user !== user) return;
  if (state && state.user === fresh.user && fresh.version < state.version) return;
  if (!state || state.user !== fresh.user) seen = Math.max(-1, ...fresh.notices.map((n) => n.number));
  state = fresh;
  user = fresh.user;
  draw();
}

function setReply(m) {
  replyTo = m;
  $("context").hidden = !m;
  if (m) {
    $("context").querySelector("span").textContent = `Trả lời ${nameOf(m.from)}: ${m.text || m.caption || "ảnh"}`;
    $("text").focus();
  }
}

function openEdit(m) {
  editing = m;
  $("editText").value = m.text ?? m.caption ?? "";
  $("edit").showModal();
}

const dataUrl = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = () => reject(reader.error);
  reader.readAsDataURL(file);
});

function fillExample() {
  const e = state.examples[Number($("example").value)];
  if (!e) return;
  document.querySelector(`[name=kind][value=${e.origin.kind}]`).checked = true;
  $("originName").value = e.origin.name;
  $("originUsername").value = e.origin.username || "";
  $("forwardText").value = e.text;
  $("forwardLink").value = e.link || "";
}

async function sendForward() {
  const kind = document.querySelector("[name=kind]:checked").value;
  const origin = { kind, name: $("originName").value.trim() || "Không rõ", username: $("originUsername").value.trim() || undefined };
  let photo = $("forwardPhoto").value === "sample" ? true : undefined;
  if ($("forwardPhoto").value === "file" && $("forwardFile").files[0]) photo = await dataUrl($("forwardFile").files[0]);
  await act("forward", { origin, text: $("forwardText").value, link: $("forwardLink").value.trim(), hide_link: $("hideLink").checked, photo });
}

async function sendPicture() {
  const caption = $("caption").value, kind = $("pictureKind").value;
  const photos = kind === "file" ? await Promise.all([...$("pictureFile").files].map(dataUrl)) : Array(Number(kind)).fill(true);
  if (!photos.length) return toast("Hãy chọn ít nhất một ảnh.");
  const sent = photos.length === 1 ? await act("photo", { photo: photos[0], caption }) : await act("album", { photos, caption });
  if (sent) $("caption").value = "";
}

function openGroup() {
  const chat = chatNow(), inside = ["member", "administrator", "creator"].includes(chat.bot_status);
  $("groupState").textContent = `Hiện nay: ${STATUS[chat.bot_status] || chat.bot_status}.`;
  const choices = chat.type === "private"
    ? [inside ? ["block", "Chặn Cân Tin"] : ["unblock", "Bỏ chặn Cân Tin"]]
    : [...(inside ? [chat.bot_status === "administrator" ? ["demote", "Thôi làm quản trị nhóm"] : ["promote", "Cho làm quản trị nhóm"], ["remove", "Đưa Cân Tin ra khỏi nhóm"]] : [["add", "Thêm Cân Tin vào nhóm"]]),
      ...(chat.type === "group" ? [["upgrade", "Nâng cấp thành nhóm lớn"]] : [])];
  $("groupActions").replaceChildren(...choices.map(([what, words]) => {
    const b = el("button", { textContent: words, value: what });
    b.addEventListener("click", () => (what === "upgrade" ? act("upgrade") : act("bot", { do: what })));
    return b;
  }));
  $("group").showModal();
}

function openCommands() {
  const list = chatNow().commands;
  $("commands").replaceChildren(...(list.length ? list.map((c) => {
    const b = el("button", { value: c.command }, `/${c.command}`, el("small", { textContent: c.description }));
    b.addEventListener("click", () => act("say", { text: `/${c.command}`, ...(replyTo ? { reply_to: replyTo.message_id } : {}) }).then(() => setReply(null)));
    return b;
  }) : [el("p", { textContent: "Cân Tin chưa gửi danh sách lệnh." })]));
  $("menu").showModal();
}

function wire() {
  $("who").addEventListener("change", () => { user = Number($("who").value); setReply(null); if (chatId > 0) chatId = user; refresh(); });
  $("jump").addEventListener("click", () => act("jump"));
  $("manage").addEventListener("click", openGroup);
  $("openCommands").addEventListener("click", openCommands);
  $("openPicture").addEventListener("click", () => $("picture").showModal());
  $("openForward").addEventListener("click", () => {
    if ($("example").options.length <= 1) $("example").replaceChildren(el("option", { value: "", textContent: "Tự viết" }), ...state.examples.map((e, i) => el("option", { value: i, textContent: e.name })));
    $("forward").showModal();
  });
  $("example").addEventListener("change", fillExample);
  $("forwardPhoto").addEventListener("change", () => { $("forwardFileRow").hidden = $("forwardPhoto").value !== "file"; });
  $("pictureKind").addEventListener("change", () => { $("pictureFileRow").hidden = $("pictureKind").value !== "file"; });
  $("sendForward").addEventListener("click", sendForward);
  $("sendPicture").addEventListener("click", sendPicture);
  $("saveEdit").addEventListener("click", () => act("edit", { message: editing.message_id, text: $("editText").value }));
  $("context").querySelector("button").addEventListener("click", () => setReply(null));
  $("composer").addEventListener("submit", async (e) => {
    e.preventDefault();
    const text = $("text").value;
    if (!text.trim()) return;
    if (await act("say", { text, ...(replyTo ? { reply_to: replyTo.message_id } : {}) })) { $("text").value = ""; grow(); setReply(null); }
  });
  const grow = () => { $("text").style.height = "auto"; $("text").style.height = `${$("text").scrollHeight + 2}px`; };
  $("text").addEventListener("input", grow);
  $("text").addEventListener("keydown", (e) => {
    if (e.key === "Enter" && !e.shiftKey && !e.isComposing) { e.preventDefault(); $("composer").requestSubmit(); }
  });
}

wire();
await refresh();
let due = false;
new EventSource("/sandbox/events").addEventListener("message", () => {
  if (due) return;
  due = true;
  setTimeout(() => { due = false; refresh(); }, 60);
});
setInterval(() => { if (chatNow().typing) refresh(); }, 2000);
setInterval(() => { if (state) { state.now += 5; $("clock").textContent = day(state.now); } }, 5000);
