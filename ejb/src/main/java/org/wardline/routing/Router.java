package org.wardline.routing;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.wardline.delivery.Destinations;
import org.wardline.message.Destination;

/** Says which hospital systems a message is filed into. Nothing is filed unless a rule says so. */
@Singleton
public class Router {
  private final RouteBook book;
  private final Destinations destinations;

  @Inject
  public Router(RouteBook book, Destinations destinations) {
    this.book = book;
    this.destinations = destinations;
  }

  /** The rules that hold now. */
  public Routes routes(UUID organization) {
    return book.current(organization);
  }

  /**
   * The destinations of a message, each once, in the order of the rules. One that was taken out of
   * the list since the rules were changed is passed over, and the page of the rules says so.
   */
  public List<Destination> route(Routes routes, Route.Subject subject) {
    return routes.list().stream()
        .filter(route -> route.fits(subject))
        .map(route -> destinations.named(route.destination()))
        .flatMap(Optional::stream)
        .distinct()
        .toList();
  }
}
