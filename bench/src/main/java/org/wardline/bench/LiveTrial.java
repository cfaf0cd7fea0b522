package org.wardline.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.wardline.launcher.Installation;
import org.wardline.launcher.RunningSystem;

/**
 * W10: from the sending of a message to the other person's screen, while many pages are open. Each
 * recipient has one page that fetches what it is told of, as the browser's does; the other pages
 * are those of people who are not written to.
 */
final class LiveTrial implements Trial {
  private static final List<String> RECIPIENTS =
      List.of("dr.adams", "dr.bianchi", "nurse.baker", "nurse.cole", "pharm.dietz");
  private static final List<String> OTHERS = List.of("auditor.fisk", "admin.gray", "patient.hale");
  private static final int SENDERS = 16;
  private static final Duration SETTLE = Duration.ofSeconds(30);

  private final RunningSystem system;
  private final Installation installation;
  private final WardlineDoor door;
  private final int perSecond;
  private final int pages;
  private final Duration duration;
  private final Consumer<String> say;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1) // as pages on one's own machine do
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final Map<String, Course> courses = new ConcurrentHashMap<>();
  private final Map<UUID, Accepted> accepted = new ConcurrentHashMap<>();
  private final AtomicInteger failed = new AtomicInteger();

  /** A message that was accepted: when it was due, and when its answer came. */
  private record Accepted(long due, long at) {}

  /** When, in nanoseconds, something happened to a message; 0: not yet. */
  private static final class Course {
    private volatile long sent;
    private volatile long accepted;
    private volatile long told;
    private volatile long shown;
    private volatile @Nullable CompletableFuture<Void> fetch;
  }

  /**
   * Of a running system.
   *
   * @param perSecond messages
   * @param pages that are open
   */
  LiveTrial(
      RunningSystem system,
      Installation installation,
      int perSecond,
      int pages,
      Duration duration,
      Consumer<String> say) {
    this.system = system;
    this.installation = installation;
    this.door = WardlineDoor.create(system, installation.port("http"), true);
    this.perSecond = perSecond;
    this.pages = pages;
    this.duration = duration;
    this.say = say;
  }

  @Override
  public Figures run() throws IOException, SQLException, InterruptedException {
    var figures = new Figures("W10: live, " + perSecond + " messages/s, " + pages + " open pages");
    List<WebSocket> open = open();
    List<Course> sent;
    door.start(); // what is to be filed waits
    try {
      say.accept("warming up");
      send(duration);
      send(duration);
      shown();
      accepted.clear();
      courses.clear();
      failed.set(0);
      say.accept("measuring");
      send(duration);
      sent = shown();
    } finally {
      open.forEach(WebSocket::abort);
      door.close();
    }
    figures.add("messages/s", sent.size() / (double) duration.toSeconds());
    figures.add("not accepted", failed.get());
    percentiles(figures, "it is accepted", sent, c -> c.accepted);
    percentiles(figures, "the page is told", sent, c -> c.told);
    percentiles(figures, "the page has it", sent, c -> c.shown);
    figures.counted(sent.stream().filter(c -> c.shown == 0).count(), 0);
    return figures;
  }

  private static void percentiles(
      Figures figures, String what, List<Course> sent, ToLongFunction<Course> when) {
    long[] nanos =
        sent.stream()
            .filter(c -> when.applyAsLong(c) != 0)
            .mapToLong(c -> when.applyAsLong(c) - c.sent)
            .sorted()
            .toArray();
    for (double part : new double[] {0.5, 0.99}) {
      figures.add(
          "ms until " + what + ", p" + Math.round(part * 100),
          nanos.length == 0 ? 0 : nanos[(int) (nanos.length * part)] / 1e6);
    }
  }

  private List<WebSocket> open() throws IOException {
    List<WebSocket> open = new ArrayList<>();
    for (String name : RECIPIENTS) {
      SignedIn person = SignedIn.at(installation, name);
      open.add(page(person, conversation -> told(person, conversation)));
    }
    List<SignedIn> others = new ArrayList<>();
    for (String name : OTHERS) {
      others.add(SignedIn.at(installation, name));
    }
    while (open.size() < pages) {
      open.add(page(others.get(open.size() % others.size()), conversation -> {}));
    }
    say.accept(open.size() + " pages are open");
    return open;
  }

  private WebSocket page(SignedIn person, Consumer<String> told) {
    return http.newWebSocketBuilder()
        .header("Cookie", person.cookies())
        .header("Origin", person.origin())
        .buildAsync(
            URI.create(person.origin().replaceFirst("^http", "ws") + "/live"),
            new WebSocket.Listener() {
              private final StringBuilder text = new StringBuilder();

              @Override
              public @Nullable CompletionStage<?> onText(
                  WebSocket socket, CharSequence data, boolean last) {
                text.append(data);
                if (last) {
                  told.accept(text.substring(text.indexOf(":") + 2, text.lastIndexOf("\"")));
                  text.setLength(0);
                }
                socket.request(1);
                return null;
              }
            })
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private Course course(String conversation) {
    return courses.computeIfAbsent(conversation, k -> new Course());
  }

  /** As the page does: it fetches with the person's own rights. */
  private void told(SignedIn person, String conversation) {
    Course course = course(conversation);
    if (course.told == 0) {
      course.told = System.nanoTime();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(person.origin() + "/api/conversations/" + conversation))
              .timeout(Duration.ofSeconds(20))
              .header("Cookie", person.cookies())
              .build();
      course.fetch =
          fetch(request)
              .exceptionallyCompose(broken -> fetch(request))
              .thenAccept(
                  answer -> {
                    if (answer.statusCode() == 200) {
                      course.shown = System.nanoTime();
                    }
                  });
    }
  }

  /** A connection that was kept may have been closed just then: the page tries again, too. */
  private CompletableFuture<HttpResponse<String>> fetch(HttpRequest request) {
    return http.sendAsync(request, HttpResponse.BodyHandlers.ofString());
  }

  private void send(Duration length) throws InterruptedException {
    String token = system.token("integration-engine", List.of("system/Communication.crs"));
    long began = System.nanoTime();
    long number = perSecond * length.toSeconds();
    var next = new AtomicInteger();
    var senders = Executors.newFixedThreadPool(SENDERS);
    for (int i = 0; i < SENDERS; i++) {
      senders.execute(
          () -> {
            for (int n = next.getAndIncrement(); n < number; n = next.getAndIncrement()) {
              long due = began + n * TimeUnit.SECONDS.toNanos(1) / perSecond;
              for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              send(token, due, n);
            }
          });
    }
    senders.shutdown();
    if (!senders.awaitTermination(length.toSeconds() + 60, TimeUnit.SECONDS)) {
      senders.shutdownNow();
    }
  }

  private void send(String token, long due, int number) {
    String to = RECIPIENTS.get(number % RECIPIENTS.size());
    String id = "W10-" + due + "-" + number;
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(installation.httpOrigin() + "/fhir/Communication"))
            .timeout(Duration.ofSeconds(20))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/fhir+json")
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    Samples.communication(id).replace("nurse.cole", to)))
            .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 201) {
        String message = PostedResource.reference(answer).replaceFirst("^.*/", "");
        accepted.put(UUID.fromString(message), new Accepted(due, System.nanoTime()));
      } else {
        failed.incrementAndGet();
      }
    } catch (IOException e) {
      failed.incrementAndGet();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The page is told of conversations: finds that of each message. */
  private List<Course> sent() throws SQLException {
    List<Course> sent = new ArrayList<>();
    try (Connection connection = system.database("wardline");
        PreparedStatement find =
            connection.prepareStatement(
                "select id, conversation_id from message where id = any(?)")) {
      find.setArray(1, connection.createArrayOf("uuid", accepted.keySet().toArray(UUID[]::new)));
      try (ResultSet row = find.executeQuery()) {
        while (row.next()) {
          Accepted message = Objects.requireNonNull(accepted.get(row.getObject("id", UUID.class)));
          Course course = course(row.getString("conversation_id"));
          course.sent = message.due();
          course.accepted = message.at();
          sent.add(course);
        }
      }
    }
    return sent;
  }

  /** What could not be fetched is never shown, and counts as lost. */
  private List<Course> shown() throws InterruptedException, SQLException {
    List<Course> sent = sent();
    long end = System.nanoTime() + SETTLE.toNanos();
    while (System.nanoTime() < end && sent.stream().anyMatch(LiveTrial::underWay)) {
      TimeUnit.MILLISECONDS.sleep(50);
    }
    return sent;
  }

  private static boolean underWay(Course course) {
    CompletableFuture<Void> fetch = course.fetch;
    return fetch == null || !fetch.isDone();
  }
}
