package org.wardline.mapping.hl7;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Codes of HL7 tables and what they are called in FHIR ({@code code-tables.csv}: table, HL7 code,
 * FHIR code; after the concept maps of the v2-to-FHIR guide).
 */
final class CodeTables {
  static final String OBSERVATION_STATUS = "observation-status";
  static final String REPORT_STATUS = "report-status";
  static final String ORDER_CONTROL = "order-control";
  static final String ORDER_STATUS = "order-status";
  static final String PRIORITY = "priority";
  static final String DOCUMENT_STATUS = "document-status";
  static final String COMPOSITION_STATUS = "composition-status";
  static final String APPOINTMENT_STATUS = "appointment-status";
  static final String APPOINTMENT_EVENT = "appointment-event";
  static final String ADDRESS_USE = "address-use";
  static final String NAME_USE = "name-use";
  static final String TELECOM_USE = "telecom-use";
  static final String TELECOM_SYSTEM = "telecom-system";
  static final String MARITAL = "marital-status";
  static final String CODE_SYSTEM = "code-system";

  private static final Map<String, String> ROWS = read();

  private CodeTables() {}

  /** What a code is called in FHIR; empty when the table does not have it. */
  static Optional<String> find(String table, String code) {
    return Optional.ofNullable(ROWS.get(table + "|" + code.toUpperCase(Locale.ROOT)));
  }

  private static Map<String, String> read() {
    Map<String, String> rows = new HashMap<>();
    try (InputStream file = CodeTables.class.getResourceAsStream("code-tables.csv");
        var lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (!line.isBlank() && !line.startsWith("#")) {
          String[] cells = line.split(",", 3);
          rows.put(cells[0] + "|" + cells[1].toUpperCase(Locale.ROOT), cells[2].strip());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Map.copyOf(rows);
  }
}
