package org.wardline.subscription;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.wardline.message.InvalidMessageException;
import org.wardline.setting.InvalidSettingException;
import org.wardline.setting.Settings;

/**
 * Where notifications may go: only where the operator says ({@code
 * wardline.subscription.endpoints}), so that no client makes us call what only we can reach.
 */
@Singleton
class Endpoints {
  private static final Pattern HEADER =
      Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}: ?[\\x20-\\x7e]{1,4000}");
  private static final List<String> OURS =
      List.of(
          "host",
          "content-length",
          "content-type",
          "connection",
          "transfer-encoding",
          "upgrade",
          "expect");

  /** Ways to leave a path that servers read differently. */
  private static final Pattern CLIMBS = Pattern.compile("(?i)%2e|%2f|%5c|;|(^|/)\\.\\.(/|$)");

  private final List<URI> allowed;

  @Inject
  Endpoints(Settings settings) {
    this.allowed =
        Arrays.stream(settings.text("wardline.subscription.endpoints").split(",", -1))
            .map(String::strip)
            .filter(s -> !s.isEmpty())
            .map(URI::create)
            .toList();
    for (URI each : allowed) {
      if (each.getScheme() == null || each.getHost() == null) {
        throw new InvalidSettingException(
            "wardline.subscription.endpoints", each + " is no address of a server");
      }
    }
  }

  /**
   * Asks.
   *
   * @throws InvalidMessageException when the operator does not allow it, or it is no address
   */
  void check(String endpoint, List<String> headers) {
    URI address;
    try {
      address = URI.create(endpoint);
    } catch (IllegalArgumentException e) {
      throw fault("channel.endpoint", "this is no address");
    }
    if (address.getHost() == null
        || address.getRawUserInfo() != null
        || address.getRawFragment() != null
        || CLIMBS.matcher(String.valueOf(address.getRawPath())).find()
        || allowed.stream().noneMatch(a -> within(address, a))) {
      throw fault("channel.endpoint", "the operator of this server does not let it call there");
    }
    for (String header : headers) {
      String name = header.split(":", 2)[0].toLowerCase(Locale.ROOT);
      if (!HEADER.matcher(header).matches() || OURS.contains(name)) {
        throw fault("channel.header", "this header cannot be sent");
      }
    }
  }

  private static boolean within(URI address, URI allowed) {
    String path = allowed.getRawPath() == null ? "" : allowed.getRawPath();
    String asked = address.normalize().getRawPath() == null ? "" : address.normalize().getRawPath();
    return allowed.getScheme().equalsIgnoreCase(address.getScheme())
        && allowed.getHost().equalsIgnoreCase(address.getHost())
        && (allowed.getPort() < 0 || allowed.getPort() == address.getPort())
        && (asked.equals(path) || asked.startsWith(path.endsWith("/") ? path : path + "/"));
  }

  private static InvalidMessageException fault(String at, String words) {
    return new InvalidMessageException("Subscription." + at, words);
  }
}
