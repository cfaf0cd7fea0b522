package org.wardline.web.api;

import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.ReaderInterceptor;
import jakarta.ws.rs.ext.ReaderInterceptorContext;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.wardline.message.InvalidMessageException;

/**
 * A body that is JSON's {@code null} is no body: refused here, so that no door has to think of it.
 */
@Provider
public class NoNullBodies implements ReaderInterceptor {
  @Override
  public Object aroundReadFrom(ReaderInterceptorContext context) throws IOException {
    @Nullable Object body = context.proceed();
    if (body == null) {
      throw new InvalidMessageException("body", "The body is missing.");
    }
    return body;
  }
}
