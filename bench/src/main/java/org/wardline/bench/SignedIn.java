package org.wardline.bench;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.wardline.launcher.Installation;
import org.wardline.launcher.Totp;

/** A demo person who signed in through Keycloak's forms, with both factors, without a browser. */
final class SignedIn {
  private static final Pattern FORM = Pattern.compile("action=\"([^\"]*login-actions[^\"]*)\"");
  private static final int MOST_STEPS = 20;
  private static final int REDIRECT = 3; // HTTP 3xx

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // as pages on one's own machine do
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<String, String> cookies = new TreeMap<>();
  private final String origin;

  private SignedIn(String origin) {
    this.origin = origin;
  }

  static SignedIn at(Installation installation, String username) throws IOException {
    var person = installation.demoPerson(username);
    var signedIn = new SignedIn(installation.httpOrigin());
    HttpResponse<String> page = signedIn.follow(request(signedIn.origin + "/auth/sign-in").GET());
    page = signedIn.submit(page, Map.of("username", username, "password", person.password()));
    page = signedIn.submit(page, Map.of("otp", Totp.code(person.totpSecret(), Instant.now())));
    if (!signedIn.cookies.containsKey("__Host-wardline")) {
      throw new IOException(username + " could not sign in: HTTP " + page.statusCode());
    }
    return signedIn;
  }

  /** Its cookies, as a header's value. */
  String cookies() {
    return cookies.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining("; "));
  }

  String origin() {
    return origin;
  }

  private static HttpRequest.Builder request(String address) {
    return HttpRequest.newBuilder(URI.create(address)).timeout(Duration.ofSeconds(30));
  }

  private HttpResponse<String> submit(HttpResponse<String> page, Map<String, String> fields)
      throws IOException {
    Matcher form = FORM.matcher(page.body());
    if (!form.find()) {
      throw new IOException("Keycloak shows no form: HTTP " + page.statusCode());
    }
    String body =
        fields.entrySet().stream()
            .map(e -> e.getKey() + "=" + URLEncoder.encode(e.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    return follow(
        request(form.group(1).replace("&amp;", "&"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(body)));
  }

  private HttpResponse<String> follow(HttpRequest.Builder first) throws IOException {
    HttpRequest.Builder next = first;
    for (int i = 0; i < MOST_STEPS; i++) {
      HttpResponse<String> answer = send(next);
      if (answer.statusCode() / 100 != REDIRECT) {
        return answer;
      }
      String location = answer.headers().firstValue("Location").orElseThrow();
      next = request(answer.uri().resolve(location).toString()).GET();
    }
    throw new IOException("the sign-in does not end");
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws IOException {
    try {
      HttpResponse<String> answer =
          http.send(
              request.header("Cookie", cookies()).build(), HttpResponse.BodyHandlers.ofString());
      for (String set : answer.headers().allValues("Set-Cookie")) {
        String[] pair = set.split(";", 2)[0].split("=", 2);
        cookies.put(pair[0], pair[1]);
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
