package org.wardline.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.wardline.message.Author;
import org.wardline.message.Category;
import org.wardline.message.MessageHeader;
import org.wardline.message.PartyRef;
import org.wardline.message.PatientSnapshot;
import org.wardline.message.Priority;

class RouteTest {
  private static final UUID ID = new UUID(1, 2);

  @Test
  void a_route_without_conditions_takes_all() {
    assertThat(route(null, null, null, null, null).fits(subject("", ""))).isTrue();
    assertThat(route(null, null, null, null, null).fits(subject("3 West · 1", "I"))).isTrue();
  }

  @Test
  void each_condition_restricts_and_all_must_fit() {
    Route.Subject ward = subject("3 West · 12 · 1", "I");
    assertThat(route(List.of("alert"), null, null, null, null).fits(ward)).isFalse();
    assertThat(route(List.of("notification"), null, null, null, null).fits(ward)).isTrue();
    assertThat(route(null, List.of("3 west"), null, null, null).fits(ward)).isTrue();
    assertThat(route(null, List.of("3"), null, null, null).fits(ward)).isFalse();
    assertThat(route(null, List.of("Cardiology"), null, null, null).fits(ward)).isTrue();
    assertThat(route(null, null, List.of("O"), null, null).fits(ward)).isFalse();
    assertThat(route(null, null, List.of("O", "I"), null, null).fits(ward)).isTrue();
    assertThat(route(null, null, null, List.of("stat"), null).fits(ward)).isFalse();
    assertThat(route(null, null, null, null, false).fits(ward)).isFalse();
    assertThat(route(null, null, List.of("I"), null, false).fits(ward)).isFalse();
  }

  @Test
  void what_is_unknown_fits_no_condition() {
    Route.Subject nowhere = subject("", "");
    assertThat(route(null, null, List.of(""), null, null).fits(nowhere)).isFalse();
    assertThat(route(null, List.of(""), null, null, null).fits(nowhere)).isFalse();
  }

  private static Route route(
      @Nullable List<String> categories,
      @Nullable List<String> units,
      @Nullable List<String> classes,
      @Nullable List<String> priorities,
      @Nullable Boolean patient) {
    return new Route("ehr", categories, units, classes, priorities, patient);
  }

  private static Route.Subject subject(String location, String patientClass) {
    var author =
        new Author(
            PartyRef.practitioner(ID), "dr.roe", "Roe", "physician", "Cardiology", ID, "mfa", null);
    var patient = new PatientSnapshot(ID, "urn:x", "1", "Roe, A", null);
    var header =
        new MessageHeader(ID, ID, ID, 1, author, patient, Priority.ROUTINE, Instant.EPOCH, null);
    return new Route.Subject(header, Category.NOTIFICATION, location, patientClass);
  }
}
