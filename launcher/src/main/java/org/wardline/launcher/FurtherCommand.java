package org.wardline.launcher;

/**
 * A command of another archive, found by {@link java.util.ServiceLoader}. Annotated as picocli
 * asks; its {@code ParentCommand} is {@link Wardline}.
 */
public interface FurtherCommand extends Runnable {}
