package org.wardline.store;

import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Binds a UUID as PostgreSQL's own type; EclipseLink would send text, which the driver refuses. */
@Converter(autoApply = true)
public class UuidConverter implements AttributeConverter<@Nullable UUID, @Nullable Object> {
  @Override
  public @Nullable Object convertToDatabaseColumn(@Nullable UUID value) {
    return value;
  }

  @Override
  public @Nullable UUID convertToEntityAttribute(@Nullable Object value) {
    return (UUID) value;
  }
}
