package org.wardline.store;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.sql.Timestamp;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Binds an Instant as a timestamp; EclipseLink would write a serialised object. */
@Converter(autoApply = true)
public class InstantConverter
    implements AttributeConverter<@Nullable Instant, @Nullable Timestamp> {
  @Override
  public @Nullable Timestamp convertToDatabaseColumn(@Nullable Instant value) {
    return value == null ? null : Timestamp.from(value);
  }

  @Override
  public @Nullable Instant convertToEntityAttribute(@Nullable Timestamp value) {
    return value == null ? null : value.toInstant();
  }
}
