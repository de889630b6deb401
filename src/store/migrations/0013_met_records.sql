-- Creates that met another customer's remote record, by whose it is: when that changes they are tried again.
create index delivery_taken on delivery ((detail ->> 'goldenId'), system) where reason = 'taken';
