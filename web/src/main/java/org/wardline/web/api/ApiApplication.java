package org.wardline.web.api;

import jakarta.ws.rs.ApplicationPath;
import jakarta.ws.rs.core.Application;
import java.util.Map;

/**
 * The JSON API of the browser app. The server's own JSON binding is switched off: which of two
 * writers for JSON it took was a matter of chance at each start, and only ours ({@link JsonBodies})
 * knows our records.
 */
@ApplicationPath("/api")
public class ApiApplication extends Application {
  @Override
  public Map<String, Object> getProperties() {
    return Map.of(
        "jersey.config.disableAutoDiscovery",
        true,
        "jersey.config.server.disableAutoDiscovery",
        true);
  }
}
