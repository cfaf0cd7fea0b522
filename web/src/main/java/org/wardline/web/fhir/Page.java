package org.wardline.web.fhir;

import ca.uhn.fhir.rest.api.server.RequestDetails;
import ca.uhn.fhir.rest.param.StringParam;
import ca.uhn.fhir.rest.server.exceptions.InvalidRequestException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hl7.fhir.r4.model.Bundle;
import org.hl7.fhir.r4.model.Bundle.BundleType;
import org.hl7.fhir.r4.model.Bundle.SearchEntryMode;
import org.hl7.fhir.r4.model.Resource;
import org.jspecify.annotations.Nullable;
import org.wardline.message.Identifiers;
import org.wardline.reading.ChangeOrder;

/**
 * One page of a search. The next page begins after the key of the last entry, so links stay right
 * while data arrives, on any node, and nothing is kept between two pages.
 */
final class Page {
  static final String CURSOR = "_cursor";
  private static final int USUAL = 50;
  static final int MOST = 500;

  private final RequestDetails request;
  private final int size;
  private final @Nullable UUID cursor;
  private final @Nullable ChangeOrder byChange;

  Page(RequestDetails request, @Nullable Integer count, @Nullable StringParam cursor) {
    refuseNul(request);
    this.request = request;
    this.size = count == null ? USUAL : Math.max(1, Math.min(count, MOST));
    // audit records never change: to them that is the order of their keys
    this.byChange =
        "AuditEvent".equals(request.getResourceName())
            ? null
            : ChangeCursor.order(SearchExtras.of(request).sort(), cursor);
    this.cursor = cursor == null || byChange != null ? null : uuid(cursor.getValue());
  }

  /** The database keeps no NUL, so nothing can be found by it. */
  private static void refuseNul(RequestDetails request) {
    for (String[] values : SearchExtras.of(request).asked().values()) {
      for (String value : values) {
        if (value.indexOf('\0') >= 0) {
          throw new InvalidRequestException("A search value holds a NUL character.");
        }
      }
    }
  }

  @Nullable UUID cursor() {
    return cursor;
  }

  /** The order when it is that of {@code _lastUpdated}; null for another one. */
  @Nullable ChangeOrder byChange() {
    return byChange;
  }

  /** One more than the page holds: then there is a next one. */
  int limit() {
    return size + 1;
  }

  /** The request as it was asked, for the record. */
  String asked() {
    return asked(request);
  }

  /** That of a request of which there may be no page. */
  static String asked(RequestDetails request) {
    return request.getRequestPath() + parameters(request, "");
  }

  /** The bundle, of one more resource than fits at most. */
  Bundle bundle(List<? extends Resource> found, Date now) {
    return bundle(
        found,
        now,
        byChange == null ? last -> last.getIdElement().getIdPart() : ChangeCursor::after);
  }

  /**
   * The bundle, of one more resource than fits at most.
   *
   * @param cursor where the next page begins, by the last resource of this one
   */
  Bundle bundle(List<? extends Resource> found, Date now, Function<Resource, String> cursor) {
    var bundle = new Bundle();
    bundle.setType(BundleType.SEARCHSET);
    bundle.getMeta().setLastUpdated(now);
    String base = request.getFhirServerBase();
    bundle.addLink().setRelation("self").setUrl(base + "/" + asked());
    List<? extends Resource> shown = found.subList(0, Math.min(size, found.size()));
    for (Resource resource : shown) {
      String url = base + "/" + resource.fhirType() + "/" + resource.getIdElement().getIdPart();
      bundle
          .addEntry()
          .setFullUrl(url)
          .setResource(resource)
          .getSearch()
          .setMode(SearchEntryMode.MATCH);
    }
    if (found.size() > size) {
      String last = cursor.apply(shown.get(size - 1));
      bundle
          .addLink()
          .setRelation("next")
          .setUrl(base + "/" + request.getRequestPath() + parameters(request, last));
    }
    return bundle;
  }

  /** A bundle of all that there is, on one page. */
  Bundle whole(List<? extends Resource> all, Date now) {
    Bundle bundle =
        new Page(request, Math.min(MOST, Math.max(1, all.size())), null).bundle(all, now);
    return bundle.setTotal(all.size());
  }

  /** As it was asked, with what was taken apart before. */
  private static String parameters(RequestDetails request, String next) {
    var parts = new ArrayList<String>();
    for (Map.Entry<String, String[]> parameter : SearchExtras.of(request).asked().entrySet()) {
      if (next.isEmpty() || !parameter.getKey().equals(CURSOR)) {
        for (String value : parameter.getValue()) {
          parts.add(encode(parameter.getKey()) + "=" + encode(value));
        }
      }
    }
    if (!next.isEmpty()) {
      parts.add(CURSOR + "=" + next);
    }
    return parts.isEmpty() ? "" : parts.stream().collect(Collectors.joining("&", "?", ""));
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  static UUID uuid(@Nullable String text) {
    try {
      return Identifiers.parse(text == null ? "" : text);
    } catch (IllegalArgumentException e) {
      throw new InvalidRequestException("An identifier in the request is not one of ours.");
    }
  }
}
