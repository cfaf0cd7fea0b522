import { Button, ComboBox, Input, Label, ListBox, ListBoxItem, Popover, Text } from 'react-aria-components';

export interface SearchItem {
  id: string;
  title: string;
  detail: string;
  disabled?: boolean;
}

/** Finds one of many while one types. */
export function SearchBox(props: {
  label: string;
  hint: string;
  words: string;
  onWords: (words: string) => void;
  busy: boolean;
  /** Why the search did not work; never shown as if nobody was found. */
  fault?: string | undefined;
  items: SearchItem[];
  onChoose: (id: string) => void;
}) {
  const empty = props.fault ? props.fault : props.words.trim().length < 2 ? 'Type at least two characters' : props.busy ? 'Searching…' : 'Nobody found';
  return (
    <ComboBox
      className="field"
      items={props.items}
      inputValue={props.words}
      onInputChange={props.onWords}
      selectedKey={null}
      onSelectionChange={(key) => key !== null && props.onChoose(String(key))}
      disabledKeys={props.items.filter((i) => i.disabled).map((i) => i.id)}
      allowsEmptyCollection
      menuTrigger="input"
    >
      <Label>{props.label}</Label>
      <div className="search">
        <Input placeholder={props.hint} />
        <Button className="unseen">Show</Button>
      </div>
      <Popover className="popover">
        <ListBox<SearchItem> className="options" renderEmptyState={() => <p className="quiet pad">{empty}</p>}>
          {(item) => (
            <ListBoxItem id={item.id} textValue={item.title} className="option">
              <Text slot="label"><bdi>{item.title}</bdi></Text>
              <Text slot="description" className="quiet num">{item.detail}</Text>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
