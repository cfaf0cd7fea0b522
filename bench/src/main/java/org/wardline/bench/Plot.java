package org.wardline.bench;

import java.util.List;
import java.util.Locale;

/** A plot that any browser shows. */
final class Plot {
  private static final int WIDTH = 900;
  private static final int LABEL = 380;
  private static final int LINE = 24;

  private Plot() {}

  /** Rates as bars, Wardline's in another colour. */
  static String bars(String title, List<Report.Row> rows) {
    double most = rows.stream().mapToDouble(Report.Row::rate).max().orElse(1);
    var svg = new StringBuilder();
    svg.append(
        String.format(
            Locale.ROOT,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" font-size=\"13\">%n",
            WIDTH,
            (rows.size() + 2) * LINE));
    svg.append("<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n");
    svg.append(
        String.format("<text x=\"8\" y=\"18\" font-weight=\"bold\">%s</text>%n", escape(title)));
    int y = 2 * LINE;
    for (Report.Row row : rows) {
      double length = (WIDTH - LABEL - 90) * row.rate() / most;
      svg.append(
          String.format(
              Locale.ROOT,
              "<text x=\"8\" y=\"%d\">%s, %d</text><rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"16\" fill=\"%s\"/><text x=\"%.1f\" y=\"%d\">%.0f/s</text>%n",
              y,
              escape(row.contender()),
              row.connections(),
              LABEL,
              y - 13,
              length,
              row.contender().startsWith("Wardline") ? "#0b6e4f" : "#9aa5b1",
              LABEL + length + 6,
              y,
              row.rate()));
      y += LINE;
    }
    return svg.append("</svg>\n").toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
