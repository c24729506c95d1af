// The shortcodes a bot is likely to use; any other stays as its letters, as a missing emoji does.

const EMOJI = {
  red_circle: "🔴", large_orange_circle: "🟠", large_yellow_circle: "🟡",
  large_green_circle: "🟢", large_blue_circle: "🔵", large_purple_circle: "🟣",
  white_circle: "⚪", black_circle: "⚫", white_check_mark: "✅", heavy_check_mark: "✔️",
  ballot_box_with_check: "☑️", x: "❌", negative_squared_cross_mark: "❎", warning: "⚠️",
  rotating_light: "🚨", repeat: "🔁", arrows_counterclockwise: "🔄", information_source: "ℹ️",
  shield: "🛡️", test_tube: "🧪", package: "📦", link: "🔗", bell: "🔔", no_bell: "🔕",
  hourglass_flowing_sand: "⏳", hourglass: "⌛", no_entry: "⛔", no_entry_sign: "🚫",
  lock: "🔒", unlock: "🔓", key: "🔑", closed_lock_with_key: "🔐", mag: "🔍", eyes: "👀",
  memo: "📝", book: "📖", vertical_traffic_light: "🚦", clipboard: "📋", calendar: "📆", clock3: "🕒", alarm_clock: "⏰",
  stopwatch: "⏱️", gear: "⚙️", wrench: "🔧", hammer_and_wrench: "🛠️", construction: "🚧",
  fire: "🔥", zap: "⚡", boom: "💥", bulb: "💡", bookmark: "🔖", pushpin: "📌", pencil2: "✏️",
  leftwards_arrow_with_hook: "↩️", arrow_up: "⬆️", arrow_down: "⬇️", arrow_right: "➡️", arrow_upper_right: "↗️",
  up: "🆙", new: "🆕", ok: "🆗", sos: "🆘", question: "❓", exclamation: "❗",
  bangbang: "‼️", speech_balloon: "💬", busts_in_silhouette: "👥", bust_in_silhouette: "👤",
  office: "🏢", house: "🏠", japan: "🗾", cloud: "☁️", globe_with_meridians: "🌐", world_map: "🗺️",
  satellite_antenna: "📡", robot_face: "🤖", raised_hand: "✋", thumbsup: "👍", "+1": "👍",
  thumbsdown: "👎", "-1": "👎", tada: "🎉", chart_with_upwards_trend: "📈",
  chart_with_downwards_trend: "📉", bar_chart: "📊", wastebasket: "🗑️", moneybag: "💰",
  file_folder: "📁", page_facing_up: "📄", scroll: "📜", pause_button: "⏸️", stop_button: "⏹️",
  arrow_forward: "▶️", double_vertical_bar: "⏸️", sleeping: "😴", bug: "🐛", ghost: "👻",
};

export const emoji = (name) => (Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined);

// Plain text with its shortcodes replaced, as plain_text objects show it.
export const withEmoji = (text) =>
  text.replace(/:([a-z0-9_+-]+):/g, (whole, name) => emoji(name) ?? whole);
