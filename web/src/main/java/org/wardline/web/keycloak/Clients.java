package org.wardline.web.keycloak;

import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
import java.util.Map;
import org.wardline.session.WebSessions.Client;

/** Says where a session is, in the words of its owner: by what the browser tells of itself. */
final class Clients {
  private static final Map<String, String> BROWSERS = new LinkedHashMap<>();
  private static final Map<String, String> SYSTEMS = new LinkedHashMap<>();

  static {
    // the first that fits: many call themselves by each other's names
    BROWSERS.put("Edg", "Edge");
    BROWSERS.put("SamsungBrowser", "Samsung browser");
    BROWSERS.put("Firefox", "Firefox");
    BROWSERS.put("FxiOS", "Firefox");
    BROWSERS.put("CriOS", "Chrome");
    BROWSERS.put("Chrome", "Chrome");
    BROWSERS.put("Safari", "Safari");
    SYSTEMS.put("Android", "Android");
    SYSTEMS.put("iPhone", "iPhone");
    SYSTEMS.put("iPad", "iPad");
    SYSTEMS.put("Windows", "Windows");
    SYSTEMS.put("Mac OS", "Mac");
    SYSTEMS.put("CrOS", "ChromeOS");
    SYSTEMS.put("Linux", "Linux");
  }

  private Clients() {}

  static Client of(HttpServletRequest request) {
    String agent = request.getHeader("User-Agent");
    return new Client(device(agent == null ? "" : agent), phone(agent), request.getRemoteAddr());
  }

  static String device(String agent) {
    return first(BROWSERS, agent, "A browser") + " on " + first(SYSTEMS, agent, "a device");
  }

  private static boolean phone(@org.jspecify.annotations.Nullable String agent) {
    return agent != null
        && (agent.contains("Mobi") || agent.contains("Android") || agent.contains("iPad"));
  }

  private static String first(Map<String, String> names, String agent, String otherwise) {
    return names.entrySet().stream()
        .filter(name -> agent.contains(name.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse(otherwise);
  }
}
