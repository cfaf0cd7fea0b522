package org.wardline.web.fhir;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletResponse;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.Proxy;
import org.junit.jupiter.api.Test;

class WholeResponseTest {
  private final StringWriter sent = new StringWriter();
  private int flushed;

  private final HttpServletResponse container =
      (HttpServletResponse)
          Proxy.newProxyInstance(
              WholeResponseTest.class.getClassLoader(),
              new Class<?>[] {HttpServletResponse.class},
              (proxy, method, arguments) ->
                  method.getName().equals("getWriter")
                      ? new PrintWriter(sent) {
                        @Override
                        public void flush() {
                          flushed++;
                          super.flush();
                        }
                      }
                      : null);

  private final WholeResponse response = new WholeResponse(container);

  @Test
  void what_nobody_closed_leaves_at_the_end() throws Exception {
    response.getWriter().write("{}");
    response.getWriter().flush();
    assertThat(sent.toString()).isEmpty();
    response.complete();
    assertThat(sent).hasToString("{}");
    response.complete();
    assertThat(sent).hasToString("{}");
  }

  @Test
  void a_flush_waits_for_the_end() throws Exception {
    PrintWriter writer = response.getWriter();
    for (int i = 0; i < 100; i++) {
      writer.write("number ");
      writer.flush();
    }
    assertThat(flushed).isZero();
    writer.close();
    assertThat(sent.toString()).hasSize(700);
    response.complete();
    assertThat(sent.toString()).hasSize(700);
  }

  @Test
  void more_than_the_buffer_holds_leaves_before() throws Exception {
    response.getWriter().write("x".repeat(100_000));
    assertThat(sent.toString()).hasSizeGreaterThan(80_000);
  }
}
